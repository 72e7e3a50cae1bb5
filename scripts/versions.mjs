// The one place for versions of what set-up installs. Two more are kept where their own tools look:
// wasm-bindgen in Cargo.lock, npm packages (wasm-opt is npm's `binaryen`) in package-lock.json.
import { readFileSync } from 'node:fs'
import { inProject } from './project.mjs'

export const geckodriver = '0.37.1'
export const cargoMutants = '27.1.0'
export const cargoDeny = '0.20.2'
export const cargoFuzz = '0.13.2'

// Debian gives the browsers that it supports today; the drivers are of the same build.
export const debianPackages = {
  rust: ['rustc-web', 'cargo-web', 'rust-web-src', 'rust-web-clippy', 'lld-22'],
  chromium: ['chromium', 'chromium-driver'],
  firefox: ['firefox-esr'],
  webkit: ['webkit2gtk-driver', 'xvfb'],
  fonts: ['fontconfig', 'fonts-noto-cjk'],
  python: ['python3', 'python3-venv'],
  java: ['default-jdk-headless'],
  spring: ['libspring-web-java'],
  go: ['golang-go'],
  php: ['php-cli']
}

/** The command-line tool and the crate speak a private protocol: they must be of the same version. */
export function wasmBindgen() {
  const lock = readFileSync(inProject('Cargo.lock'), 'utf8')
  return /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)[1]
}

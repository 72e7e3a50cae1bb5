// wasm-bindgen's command-line tools, of exactly the version in Cargo.lock.
import { ask, inTools, runQuietly, step, which } from '../project.mjs'
import { wasmBindgen as version } from '../versions.mjs'

const tools = ['wasm-bindgen', 'wasm-bindgen-test-runner']

export const wasmBindgen = {
  name: `wasm-bindgen ${version()}`,
  otherwise: `\`cargo install wasm-bindgen-cli --version ${version()}\``,
  isMet: () => tools.every(tool => {
    const path = which(tool)
    return path && ask(path, '--version') === `${tool} ${version()}`
  }),
  build: () => cargoInstall('wasm-bindgen-cli', version())
}

/** Builds a program from crates.io into `.tools/bin`. */
export const cargoInstall = (crate, version) =>
  step(`cargo install ${crate} ${version} (once, 2 to 3 min)`, () =>
    runQuietly(['cargo', 'install', crate, '--version', `=${version}`, '--root', inTools(), '--force', '--quiet'], {
      // A tool's own speed matters less than the wait for it.
      env: { CARGO_TARGET_DIR: inTools('build', crate) }
    }))

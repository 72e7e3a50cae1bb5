// wasm-bindgen's command-line tools, of exactly the version in Cargo.lock.
import { rmSync } from 'node:fs'
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
  // Without its TLS, which takes long to compile: it speaks to WebDriver on this machine only.
  build: () => cargoInstall('wasm-bindgen-cli', version(), ['--no-default-features', ...tools.flatMap(tool => ['--bin', tool])])
}

/** Builds a program from crates.io into `.tools/bin`: not optimised, and not for debuggers, for that takes longer than all its work here. */
export const cargoInstall = (crate, exactVersion, options = []) =>
  step(`cargo install ${crate} ${exactVersion}`, async () => {
    const work = inTools('build', crate)
    await runQuietly(['cargo', 'install', crate, '--version', `=${exactVersion}`, '--debug', ...options, '--root', inTools(), '--force'], {
      env: { CARGO_TARGET_DIR: work, CARGO_PROFILE_DEV_DEBUG: '0' }
    })
    rmSync(work, { recursive: true })
  }, { last: 'once, 1 to 3 min' })

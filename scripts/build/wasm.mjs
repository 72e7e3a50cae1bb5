// Rust → pkg's module: cargo → wasm-bindgen → wasm-opt. `folder` then holds
//
//   oss_direct_upload_bg.js    the functions that JavaScript calls, and those that Rust calls: as wasm-bindgen wrote them
//   oss_direct_upload.wasm     the module
import { mkdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { inProject, inTarget, runQuietly, which } from '../project.mjs'
import { target, unstableFlags, wasmToolchain } from '../setup/wasm_target.mjs'

export const name = 'oss_direct_upload'

// What rustc's wasm32 target uses beyond the first WebAssembly, and every browser of the last years has.
export const features = ['bulk-memory', 'mutable-globals', 'nontrapping-float-to-int', 'sign-ext'].map(name => `--enable-${name}`)

const homes = {
  cargo: process.env.CARGO_HOME ?? join(homedir(), '.cargo'),
  rustup: process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'),
  '.': inProject()
}

const rustFlags = [
  // One table is all that wasm2js can take; with reference types there are two. Without them wasm-bindgen keeps
  // JavaScript's values in an array of its own, which costs nothing.
  '-Ctarget-feature=-reference-types,-multivalue',
  // std, compiled by others, claims to have them all the same: so the claims go, too. The names go with them.
  '-Cstrip=symbols',
  // No path of this machine is to be read in what is published.
  ...Object.entries(homes).map(([short, path]) => `--remap-path-prefix=${path}=${short}`)
]

/** cargo itself knows what has changed. `unstable`: std is compiled along, and everything made smaller (see there). */
export async function compile({ publish, unstable }) {
  const { cargo, env } = wasmToolchain()
  const { args, flags, env: unstableEnv } = unstable ? unstableFlags : { args: [], flags: [], env: {} }
  const profile = publish ? 'release' : 'browser-dev'
  // A folder of its own: two compilers in one would undo each other's work.
  const targetDir = inTarget('wasm')
  const sysroot = unstable ? [] : env.CARGO_ENCODED_RUSTFLAGS?.split('\x1f') ?? []
  await runQuietly([...cargo, 'rustc', '--lib', '--crate-type', 'cdylib', '--features', 'npm', '--profile', profile, '--target', target, ...args], {
    env: {
      ...env,
      ...unstableEnv,
      CARGO_ENCODED_RUSTFLAGS: [...rustFlags, ...sysroot, ...flags].join('\x1f'),
      CARGO_TARGET_DIR: targetDir
    }
  })
  return join(targetDir, target, profile, `${name}.wasm`)
}

export async function bindAndOptimise(compiled, folder, { publish }) {
  mkdirSync(folder, { recursive: true })
  await runQuietly([which('wasm-bindgen'), compiled, '--target', 'bundler', '--no-typescript', '--out-dir', folder, '--out-name', name])
  const bound = join(folder, `${name}_bg.wasm`)
  await runQuietly([
    inProject('node_modules/.bin/wasm-opt'), bound, ...features, publish ? '-Oz' : '-O1',
    '--strip-debug', '--strip-producers', '--strip-target-features', '-o', join(folder, `${name}.wasm`)
  ])
  rmSync(bound)
}

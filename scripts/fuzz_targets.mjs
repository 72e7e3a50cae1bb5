// The targets of `fuzz/`: libFuzzer looks for inputs that reach code which no input has reached before.
import { mkdirSync, readFileSync } from 'node:fs'
import { ask, Failure, inProject, inTarget, runQuietly, step, which } from './project.mjs'
import { cargoInstall } from './setup/wasm_bindgen.mjs'
import { cargoFuzz as version } from './versions.mjs'

// Coverage is no stable option of rustc's, hence RUSTC_BOOTSTRAP. Without a sanitizer: there is no unsafe code to watch.
const env = { RUSTC_BOOTSTRAP: '1', CARGO_TARGET_DIR: inTarget('fuzz') }
const sanitizer = ['--sanitizer', 'none']
const LONGEST_INPUT = 64 * 1024

export function fuzzTargets() {
  const manifest = readFileSync(inProject('fuzz', 'Cargo.toml'), 'utf8')
  return [...manifest.matchAll(/\[\[bin\]\]\nname = "(\w+)"/g)].map(([, name]) => name)
}

/** Builds the targets; false where cargo-fuzz, or what it needs, is not to be had. */
export async function prepareTargets() {
  try {
    if (ask(which('cargo-fuzz') ?? 'cargo-fuzz', '--version') !== `cargo-fuzz ${version}`) await cargoInstall('cargo-fuzz', version, ['--locked'])
    await step('compile the targets of fuzz/', () => runQuietly([which('cargo-fuzz'), 'fuzz', 'build', ...sanitizer], { env }))
    return true
  } catch (error) {
    console.log(`${error.message}\n→ no fuzzing by coverage: the property tests alone run`)
    return false
  }
}

/** One target for so many seconds: `{ runs }`, or `{ problem }` when it found something. */
export async function fuzzTarget(name, seconds) {
  const found = inTarget('fuzz', 'corpus', name)
  mkdirSync(found, { recursive: true })
  try {
    const printed = await runQuietly([
      which('cargo-fuzz'), 'fuzz', 'run', ...sanitizer, name, found, inProject('fuzz', 'corpus', name), '--',
      `-max_total_time=${seconds}`, `-max_len=${LONGEST_INPUT}`, '-timeout=10', '-print_final_stats=1'
    ], { env })
    return { runs: Number(/stat::number_of_executed_units:\s*(\d+)/.exec(printed)[1]) }
  } catch (error) {
    if (error instanceof Failure) return { problem: error.message }
    throw error
  }
}

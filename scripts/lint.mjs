// Every linter over every language: rustfmt, clippy for the host and for wasm32, oxlint; and the lock files. All run, whatever
// fails.
import { lockProblems } from './locks.mjs'
import { Failure, inTarget, main, run } from './project.mjs'
import { setUp } from './setup.mjs'
import { target, wasmToolchain } from './setup/wasm_target.mjs'

// For wasm32 the library, its example and the tests of its shell: the core's tests, and what they need, are the host's.
const shell = ['--package', 'oss-direct-upload', '--lib', '--example', 'front_end']
const forNpm = ['--features', 'npm', '--test', 'web']
// A workspace of its own. That it compiles is checked without libFuzzer, which is C++.
const fuzz = ['--manifest-path', 'fuzz/Cargo.toml', '--no-default-features']
const strictly = ['--quiet', '--', '-D', 'warnings']

main(import.meta.url, async () => {
  await setUp('build')
  const { clippy, env } = wasmToolchain()
  const wasm = { ...env, CARGO_TARGET_DIR: inTarget('wasm') }
  const checks = [
    ['JavaScript', ['node_modules/.bin/oxlint', '--config', 'scripts/oxlint.json', '--deny-warnings', '--format', 'unix']],
    ['rustfmt', ['cargo', 'fmt', '--all', '--check']],
    ['rustfmt, fuzz', ['cargo', 'fmt', '--manifest-path', 'fuzz/Cargo.toml', '--check']],
    ['clippy, host', ['cargo', 'clippy', '--workspace', '--all-targets', ...strictly]],
    ['clippy, fuzz', ['cargo', 'clippy', ...fuzz, ...strictly], { CARGO_TARGET_DIR: inTarget() }],
    ['clippy, wasm32', [...clippy, ...shell, '--target', target, ...strictly], wasm],
    ['clippy, wasm32, for npm', [...clippy, ...shell, ...forNpm, '--target', target, ...strictly], wasm]
  ]
  const failed = checks.filter(([name, command, env]) => {
    try {
      run(command, { env })
      console.log(`${name}: clean`)
      return false
    } catch (error) {
      console.error(`${name}: ${error.message}`)
      return true
    }
  })
  const problems = lockProblems()
  console.log(problems.length > 0 ? problems.join('\n') : 'lock files: clean')
  const names = [...failed.map(([name]) => name), ...problems.length > 0 ? ['lock files'] : []]
  if (names.length > 0) throw new Failure(`Lint: ${names.join(', ')}`)
})

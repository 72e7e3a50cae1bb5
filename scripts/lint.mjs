// Every linter over every language: rustfmt, clippy for the host and for wasm32, oxlint. All run, whatever fails.
import { Failure, inTarget, main, run } from './project.mjs'
import { setUp } from './setup.mjs'
import { target, wasmToolchain } from './setup/wasm_target.mjs'

// For wasm32 the library, its example and the tests of its shell: the core's tests, and what they need, are the host's.
const shell = ['--package', 'oss-direct-upload', '--lib', '--example', 'front_end']
const forNpm = ['--features', 'npm', '--test', 'web']
const strictly = ['--quiet', '--', '-D', 'warnings']

main(import.meta.url, async () => {
  await setUp('build')
  const { clippy, env } = wasmToolchain()
  const wasm = { ...env, CARGO_TARGET_DIR: inTarget('wasm') }
  const checks = [
    ['JavaScript', ['node_modules/.bin/oxlint', '--config', 'scripts/oxlint.json', '--deny-warnings', '--format', 'unix']],
    ['rustfmt', ['cargo', 'fmt', '--all', '--check']],
    ['clippy, host', ['cargo', 'clippy', '--workspace', '--all-targets', ...strictly]],
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
  if (failed.length > 0) throw new Failure(`Lint: ${failed.map(([name]) => name).join(', ')}`)
})

// What crates.io would get.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inProject, inTarget, run } from '../../scripts/project.mjs'
import { target, wasmToolchain } from '../../scripts/setup/wasm_target.mjs'
import { command } from './project.mjs'
import { wantsAll } from './world.mjs'

const cargoPackage = ['package', '--package', 'oss-direct-upload', '--allow-dirty']

test('the crate holds its sources and what they include, and nothing else', () => {
  const files = command(inProject(), 'cargo', ...cargoPackage, '--list').trim().split('\n')
  const others = files.filter(file => !/^src\/.*\.rs$/.test(file) && !/^(\.cargo_vcs_info\.json|Cargo\.(lock|toml|toml\.orig))$/.test(file))
  assert.deepEqual(others.sort(), [
    'CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md',
    'src/browser/hints.js', 'src/browser/limits.js', 'src/browser/shell.js', 'src/js/index.d.ts'
  ])
})

test('the crate builds from its packed file, for the browser', { skip: !wantsAll && 'slow: npm run test:package -- --all' }, () => {
  const { cargo, env } = wasmToolchain()
  run([...cargo, ...cargoPackage, '--quiet', '--target', target], { env: { ...env, CARGO_TARGET_DIR: inTarget('wasm') } })
})

test('crate and package have one version', () => {
  const { version } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  const [, crate] = /^\[workspace\.package\]\nversion = "([^"]+)"/m.exec(readFileSync(inProject('Cargo.toml'), 'utf8'))
  assert.equal(crate, version)
})

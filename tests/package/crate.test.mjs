// What crates.io would get.
import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { inProject, inTarget, run } from '../../scripts/project.mjs'
import { target, wasmToolchain } from '../../scripts/setup/wasm_target.mjs'
import { wasmBindgen } from '../../scripts/versions.mjs'
import { command } from './project.mjs'
import { wantsAll } from './world.mjs'

const all = { skip: !wantsAll && 'slow: npm run test:package -- --all' }
const cargoPackage = ['package', '--package', 'oss-direct-upload', '--allow-dirty']

test('the crate holds its sources and what they include, and nothing else', () => {
  const files = command(inProject(), 'cargo', ...cargoPackage, '--list').trim().split('\n')
  const others = files.filter(file => !/^src\/.*\.rs$/.test(file) && !/^(\.cargo_vcs_info\.json|Cargo\.(lock|toml|toml\.orig))$/.test(file))
  assert.deepEqual(others.sort(), [
    'CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'src/js/index.d.ts'
  ])
})

test('the crate builds from its packed file, for the browser', all, () => {
  const { cargo, env } = wasmToolchain()
  run([...cargo, ...cargoPackage, '--quiet', '--target', target], { env: { ...env, CARGO_TARGET_DIR: inTarget('wasm') } })
})

test('a Yew front end with another wasm-bindgen resolves and builds', all, () => {
  const yew = (...path) => inProject('tests', 'package', 'yew', ...path)
  const [, theirs] = /^wasm-bindgen = "=(.+)"$/m.exec(readFileSync(yew('Cargo.toml'), 'utf8'))
  assert.notEqual(theirs, wasmBindgen())
  const { cargo, env } = wasmToolchain()
  rmSync(yew('Cargo.lock'), { force: true })
  run([...cargo, 'build', '--quiet', '--manifest-path', yew('Cargo.toml'), '--target', target], { env: { ...env, CARGO_TARGET_DIR: inTarget('yew') } })
  const versions = [...readFileSync(yew('Cargo.lock'), 'utf8').matchAll(/name = "wasm-bindgen"\nversion = "([^"]+)"/g)]
  assert.deepEqual(versions.map(([, version]) => version), [theirs])
})

test('crate and package have one version', () => {
  const { version } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  const [, crate] = /^\[workspace\.package\]\nversion = "([^"]+)"/m.exec(readFileSync(inProject('Cargo.toml'), 'utf8'))
  assert.equal(crate, version)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allows, cargoProblems, duplicateProblems, npmProblems } from './locks.mjs'

test('expressions of licences', () => {
  for (const licence of ['MIT', 'MIT OR Apache-2.0', '(MIT OR GPL-3.0-or-later)', '(MIT AND Zlib)', ['MIT', 'Apache2'], 'MIT/Apache-2.0']) assert.ok(allows(licence), licence)
  for (const licence of [undefined, '', 'GPL-3.0', 'UNLICENSED', 'MIT AND GPL-3.0', 'SEE LICENSE IN LICENSE']) assert.ok(!allows(licence), licence)
})

test('a package that npm may not install as it stands', () => {
  const good = { license: 'MIT', integrity: 'sha512-x' }
  assert.deepEqual(npmProblems({ packages: { '': {}, a: good } }), [])
  for (const bad of [{ license: 'GPL-3.0' }, { integrity: undefined }, { integrity: 'sha1-x' }, { resolved: 'https://example.com/a.tgz' }, { link: true }]) {
    assert.equal(npmProblems({ packages: { a: { ...good, ...bad } } }).length, 1, JSON.stringify(bad))
  }
})

test('a crate from elsewhere, or without its checksum', () => {
  const crate = (source, checksum) => `version = 4\n\n[[package]]\nname = "a"\nversion = "1.0.0"\n${source ? `source = "${source}"\n` : ''}${checksum ? `checksum = "${checksum}"\n` : ''}`
  const crates = 'registry+https://github.com/rust-lang/crates.io-index'
  assert.deepEqual(cargoProblems(crate(crates, 'a'.repeat(64)), []), [])
  assert.deepEqual(cargoProblems(crate(), ['a']), [])
  assert.deepEqual(cargoProblems(crate('git+https://example.com/a', 'a'.repeat(64)), []), ['a: comes from git+https://example.com/a'])
  assert.deepEqual(cargoProblems(crate(crates), []), ['a: no checksum'])
})

test('two versions of one crate in the module', () => {
  assert.deepEqual(duplicateProblems(''), [])
  const problems = ['itoa v1.0.15', 'itoa v2.0.0'].map(crate => `${crate} is in the module beside another version`)
  assert.deepEqual(duplicateProblems('itoa v1.0.15\n\nitoa v2.0.0'), problems)
})

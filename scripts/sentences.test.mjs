import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collect, keyOf } from './build/sentences.mjs'

test('keys are those of src/sentence.rs', () => {
  assert.equal(keyOf('foobar'), '\x12Kd')
  assert.equal(keyOf('“é”'), '\x12Vo')
})

test('sentences are collected as Rust reads them', () => {
  const rust = String.raw`
    say!("one")
    say!(
        "two \"{}\" \
         lines \u{201c}"
    )
    say!("one"), unsay!("none")`
  assert.deepEqual(Object.values(collect(rust)), ['one', 'two "{}" lines “'])
})

test('sentences with the same key are refused', () => {
  const byKey = new Map()
  for (let number = 0; ; number += 1) {
    const key = keyOf(String(number))
    if (byKey.has(key)) {
      assert.throws(() => collect(`say!("${number}") say!("${byKey.get(key)}")`), /have one key/)
      return
    }
    byKey.set(key, number)
  }
})

test('what cannot be read is not passed over', () => {
  assert.throws(() => collect('say!(r"raw")'), /Not a sentence.*raw/)
})

test('escapes that are not known are refused', () => {
  assert.throws(() => collect(String.raw`say!("\x41")`), /escape/)
})

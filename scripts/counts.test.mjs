import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countCargo, countNode } from './counts.mjs'

test('cargo: the sum over all test binaries', () => {
  const output = [
    'test queue::tests::nothing_starts_in_a_halted_queue ... ok',
    'test result: ok. 14 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s',
    'test result: FAILED. 2 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.20s'
  ].join('\n')
  assert.deepEqual(countCargo(output), { passed: 16, failed: 1, skipped: 3 })
})

test("wasm-bindgen's runner leaves out what was measured", () => {
  const output = 'test result: ok. 1 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.02s'
  assert.deepEqual(countCargo(output), { passed: 1, failed: 0, skipped: 0 })
})

test('node: a cancelled test did not pass, and one still to do was not run', () => {
  const output = ['ℹ tests 12', 'ℹ suites 0', 'ℹ pass 7', 'ℹ fail 1', 'ℹ cancelled 2', 'ℹ skipped 1', 'ℹ todo 1', 'ℹ duration_ms 3'].join('\n')
  assert.deepEqual(countNode(output), { passed: 7, failed: 3, skipped: 2 })
})

test('no summary is no test', () => {
  for (const count of [countCargo, countNode]) {
    assert.deepEqual(count('error: could not compile'), { passed: 0, failed: 0, skipped: 0 })
  }
})

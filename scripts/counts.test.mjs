import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countCargo, countNode } from './counts.mjs'

test('cargo: the sum over all test binaries', () => {
  const output = [
    'test queue::tests::nothing_starts_in_a_halted_queue ... ok',
    'test queue::tests::the_second ... FAILED',
    'test result: ok. 14 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s',
    'test result: FAILED. 2 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.20s'
  ].join('\n')
  assert.deepEqual(countCargo(output), { passed: 16, failed: 1, skipped: 3, names: ['queue::tests::the_second'] })
})

test("wasm-bindgen's runner leaves out what was measured", () => {
  const output = [
    'test post::a_slow_post ... FAIL',
    'test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 filtered out; finished in 0.02s'
  ].join('\n')
  assert.deepEqual(countCargo(output), { passed: 1, failed: 1, skipped: 0, names: ['post::a_slow_post'] })
})

test('node: a cancelled test did not pass, and one still to do was not run', () => {
  const output = ['ℹ tests 12', 'ℹ suites 0', 'ℹ pass 7', 'ℹ fail 1', 'ℹ cancelled 2', 'ℹ skipped 1', 'ℹ todo 1', 'ℹ duration_ms 3',
    '', '✖ failing tests:', '', 'test at tests/js/a.test.mjs:7:1', '✖ it ends (3.2ms)', '  AssertionError'].join('\n')
  assert.deepEqual(countNode(output), { passed: 7, failed: 3, skipped: 2, names: ['it ends (tests/js/a.test.mjs:7:1)'] })
})

test('no summary is no test', () => {
  for (const count of [countCargo, countNode]) {
    assert.deepEqual(count('error: could not compile'), { passed: 0, failed: 0, skipped: 0, names: [] })
  }
})

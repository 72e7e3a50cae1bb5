import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartOf } from './chart.mjs'
import { addTo, judge, makeResult, median, ratio, tableOf } from './results.mjs'

function measured() {
  const result = makeResult('large', 'time', 'One <file>', { unit: 'ms', ours: ['ours'] })
  // The second turn was slow for both; the third for one of them.
  for (const [ours, theirs] of [[10, 20], [30, 60], [50, 20]]) {
    addTo(result, 'ours', ours)
    addTo(result, 'theirs', theirs)
  }
  return result
}

test('medians, and ratios turn by turn', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 3, 2]), 2.5)
  // 30 / 20 would be the medians' own.
  assert.equal(ratio([10, 30, 50], [20, 60, 20]), 0.5)
})

test('a target holds up to its limit, and not beyond', () => {
  const target = { step: 'large', result: 'time', ours: 'ours', theirs: 'theirs' }
  const holds = limits => judge({ ...target, ...limits }, 'chromium', [measured()]).holds
  assert.equal(holds({ atMost: { chromium: 0.5 } }), true)
  assert.equal(holds({ atMost: { chromium: 0.49 } }), false)
  assert.equal(holds({ atLeast: { chromium: 0.5 } }), true)
  assert.equal(holds({ atLeast: { chromium: 0.51 } }), false)
})

test('a target may be a plain number', () => {
  const target = { step: 'large', result: 'time', ours: 'ours', atMost: { chromium: 30 } }
  assert.deepEqual(judge(target, 'chromium', [measured()]), { says: 'One <file>: ours', value: '30 ms', limit: '≤ 30 ms', holds: true })
  assert.equal(judge({ ...target, atMost: { chromium: 29 } }, 'chromium', [measured()]).holds, false)
})

test('what was not run is not judged, and what a step forgot is an error', () => {
  const target = { step: 'large', result: 'time', ours: 'ours', theirs: 'theirs', atMost: { chromium: 1 } }
  assert.equal(judge(target, 'firefox', [measured()]), undefined)
  assert.equal(judge(target, 'chromium', []), undefined)
  assert.throws(() => judge({ ...target, theirs: 'Uppy' }, 'chromium', [measured()]), /did not/)
  assert.throws(() => judge({ ...target, result: 'longest' }, 'chromium', [measured()]), /did not/)
})

test('the table has median, spread and ratios', () => {
  const [title, , ours, theirs] = tableOf(measured()).split('\n')
  assert.equal(title, 'One <file>, ms (less is better)')
  assert.match(ours, /^ours +30 +10 – 50$/)
  assert.match(theirs, /^theirs +20 +20 – 60 +0\.50$/)
})

test('the chart has a bar for each row, and its words are escaped', () => {
  const chart = chartOf({ date: '2026-01-01', browser: 'b', machine: 'm', rounds: 3, results: [measured()] })
  assert.equal(chart.match(/class="ours"/g).length, 1)
  assert.equal(chart.match(/class="theirs"/g).length, 1)
  assert.match(chart, /One &#60;file&#62;/)
})

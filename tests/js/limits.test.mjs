import assert from 'node:assert/strict'
import { test } from 'node:test'
import { upload, UploadError } from '../../pkg/index.js'
import { excess } from '../../src/browser/limits.js'

test('sizes are inclusive bounds', () => {
  const of = size => excess(1, 10, undefined, 'a', size, '')
  assert.equal(of(0), 'The file has 0 bytes, and at least 1 are required.')
  assert.equal(of(1), undefined)
  assert.equal(of(10), undefined)
  assert.equal(of(11), 'The file has 11 bytes, and at most 10 are allowed.')
  assert.equal(excess(null, null, null, 'a', 11, ''), undefined)
})

test('`accept` is read as HTML does', () => {
  for (const [pattern, name, type, allowed] of [
    ['image/*', 'a.png', 'image/png', true],
    [' image/* ', 'a.png', 'IMAGE/PNG', true],
    ['IMAGE/*', 'a.png', 'image/png', true],
    ['image/*', 'a.png', 'imagery/png', false],
    ['*/*', 'a', '', true],
    ['.csv', 'Report.CSV', '', true],
    ['.csv', 'csv', 'text/csv', false],
    ['application/pdf', 'a', 'application/pdf', true],
    ['text/plain', 'a.txt', 'text/plain;charset=utf-8', true],
    ['application/pdf', 'a.pdf', '', false],
    ['*', 'a', 'text/plain', false]
  ]) {
    const why = excess(undefined, undefined, ['video/mp4', pattern], name, 1, type)
    assert.equal(why === undefined, allowed, `${pattern} ${name} ${type}`)
  }
  assert.equal(excess(undefined, undefined, [], 'a', 1, ''), undefined)
  assert.equal(excess(0, 9, ['.csv', 'image/*'], 'a.pdf', 1, ''), 'The file “a.pdf” is of unknown type; allowed are .csv, image/*.')
})

test('an upload that exceeds them ends before anything is asked', async () => {
  const states = []
  const error = await upload(new Blob(['xy']), {
    params: () => assert.fail('asked'),
    validate: { maxSize: 1 },
    locale: 'zh-CN',
    onStateChange: state => states.push(state)
  }).catch(thrown => thrown)
  assert.ok(error instanceof UploadError)
  const { code, phase, retryable, message, hint } = error
  assert.deepEqual({ code, phase, retryable, message, hint }, {
    code: 'POLICY_VIOLATION', phase: 'check', retryable: false,
    message: 'The file has 2 bytes, and at most 1 are allowed.', hint: '请选择其他文件，或让后端签发允许该文件的 Policy。'
  })
  assert.deepEqual(states, ['preparing', 'failed'])
})

// The public functions, as long as nothing is loaded.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { surface } from '../../src/js/surface.js'

const pieces = surface(() => assert.fail('loaded'))
const { createUploader, crc64, normalizeParams, upload } = pieces
const file = new Blob(['abc'])

test('what is malformed is refused before anything is loaded', async () => {
  for (const [promise, message] of [
    [upload('a.txt', { params: '/p' }), 'The file is "a.txt", but has to be a File or Blob.'],
    [upload(file), 'The options of upload is undefined, but has to be an object.'],
    [upload(file, { params: '/p', verify: 'no' }), '`verify` is "no", but has to be true or false.'],
    [crc64('abc'), 'The file is "abc", but has to be a File or Blob.'],
    [crc64(file, { signal: new AbortController() }), '`signal` is an object, but has to be an AbortSignal.'],
    [normalizeParams({}, { allowedHosts: 'a.example.com' }), '`allowedHosts` is "a.example.com", but has to be an array of strings.'],
    [normalizeParams({}, 'anonymous'), 'The options of normalizeParams is "anonymous", but has to be an object.']
  ]) await assert.rejects(promise, { name: 'TypeError', message })
  assert.throws(() => createUploader({}), { name: 'TypeError', message: /^`params` is undefined, / })
  assert.throws(() => createUploader({ params: '/p', concurrency: 0 }), { name: 'TypeError', message: '`concurrency` is 0, but has to be a whole number, 1 or more.' })
})

test('an upload whose signal is aborted already rejects with its reason', async () => {
  const reason = { mine: true }
  const signal = AbortSignal.abort(reason)
  for (const promise of [upload(file, { params: '/p', signal }), crc64(file, { signal })]) {
    assert.equal(await promise.catch(thrown => thrown), reason)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UploadError } from '../../src/js/upload_error.js'

test('it is an error with name and stack, and nothing that is not known', () => {
  const error = new UploadError('It went wrong.', { code: 'NETWORK', phase: 'post', retryable: false })
  assert.ok(error instanceof Error)
  assert.equal(error.name, 'UploadError')
  assert.match(error.stack, /^Error: It went wrong\.|UploadError/)
  assert.deepEqual(JSON.parse(JSON.stringify(error)), {
    name: 'UploadError', message: 'It went wrong.', code: 'NETWORK', phase: 'post', retryable: false
  })
  for (const absent of ['status', 'requestId', 'oss', 'hint', 'cause']) assert.ok(!(absent in error), absent)
})

test('all that is known is kept, also as JSON', () => {
  const known = {
    code: 'OSS_REFUSED', phase: 'post', retryable: false, status: 403, requestId: '5C3D9175B6FC201293AD4890',
    oss: { code: 'AccessDenied', message: 'Invalid according to Policy', ec: '0007-00000001' }, hint: 'Ask again.', cause: 'no way'
  }
  const error = new UploadError('OSS refused the upload.', known)
  for (const [name, value] of Object.entries(known)) assert.deepEqual(error[name], value)
  assert.deepEqual(JSON.parse(JSON.stringify(error)), { name: 'UploadError', message: 'OSS refused the upload.', ...known })
})

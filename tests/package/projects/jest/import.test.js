const { expect, test } = require('@jest/globals')
const { crc64, UploadError, upload } = require('oss-direct-upload')

test('imports', async () => {
  expect(typeof upload).toBe('function')
  expect(typeof UploadError).toBe('function')
  expect(await crc64(new Blob(['123456789']))).toBe('11051210869376104954')
})

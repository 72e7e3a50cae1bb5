import { UploadError, upload } from 'oss-direct-upload'
import { crc64 } from 'oss-direct-upload/js'
import { expect, test } from 'vitest'

test('imports', async () => {
  expect(typeof upload).toBe('function')
  expect(typeof UploadError).toBe('function')
  expect(await crc64(new Blob(['123456789']))).toBe('11051210869376104954')
})

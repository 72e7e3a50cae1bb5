import { surface } from './surface.js'

export { UploadError } from './upload_error.js'
export const { upload, createUploader, ready, parsePolicy, normalizeParams, crc64 } = surface(async () => {
  const { load } = await import('./load.js')
  return load()
})

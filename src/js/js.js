// No WebAssembly at all.
import { loadJs } from './load.js'
import { surface, UploadError } from './surface.js'

export const { upload, createUploader, ready, parsePolicy, normalizeParams, crc64 } = surface(loadJs)
export { UploadError }

// The default entry: WebAssembly where the page may compile it, else the same as JavaScript.
import { loadInline, mayCompile } from './load_inline.js'
import { loadJs } from './load_js.js'
import { surface, UploadError } from './surface.js'

export const { upload, createUploader, ready, parsePolicy, normalizeParams, crc64 } =
  surface(async () => await mayCompile() ? loadInline() : loadJs())
export { UploadError }

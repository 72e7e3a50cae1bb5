// Bring the wasm yourself: as a file that a server can send as such, cached and without base64.
import { loadWasm } from './load_wasm.js'
import { surface, UploadError } from './surface.js'

let source

export const { upload, createUploader, ready, parsePolicy, normalizeParams, crc64 } = surface(() => {
  if (!source) throw new TypeError("`init` of 'oss-direct-upload/slim' has to be called first, with the wasm.")
  return loadWasm(source)
})
export { UploadError }

export function init(wasm) {
  source = wasm
  return ready()
}

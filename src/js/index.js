// The default entry: WebAssembly where the page may compile it, else the same as JavaScript.
import { loadInline, loadJs } from './load.js'
import { surface, UploadError } from './surface.js'

export const { upload, createUploader, ready, parsePolicy, normalizeParams, crc64 } =
  surface(async () => await canCompile() ? loadInline() : loadJs())
export { UploadError }

/** Asked before anything is downloaded. */
async function canCompile() {
  // A browser that inflates (since 2023) knows all of WebAssembly that is used.
  if (!globalThis.WebAssembly || !canInflate()) return false
  try {
    // The smallest module, magic number and version. Not `compile`: WebKit forbids only this.
    await WebAssembly.instantiate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
    return true
  } catch {
    console.warn("oss-direct-upload: the page's Content-Security-Policy forbids WebAssembly; slower JavaScript does its work. "
      + "To allow it, add 'wasm-unsafe-eval' to script-src.")
    return false
  }
}

function canInflate() {
  try {
    return Boolean(new DecompressionStream('deflate-raw'))
  } catch {
    return false
  }
}

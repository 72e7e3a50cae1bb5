// Bring the wasm yourself: as a file that a server can send as such, cached and without base64.
import { instantiateWith } from './load.js'
import { surface, UploadError } from './surface.js'

let source

export const { upload, createUploader, ready, parsePolicy, normalizeParams, crc64 } = surface(async () => {
  if (!source) throw new TypeError("`init` of 'oss-direct-upload/slim' has to be called first, with the wasm.")
  return instantiateWith(await compile(await source))
})
export { UploadError }

export function init(wasm) {
  source = wasm
  return ready()
}

/** @param wasm its address, its bytes, a Response, or a WebAssembly.Module */
async function compile(wasm) {
  if (wasm instanceof WebAssembly.Module) return wasm
  const fetched = typeof wasm === 'string' || wasm instanceof URL ? await fetch(wasm) : wasm
  if (!(fetched instanceof Response)) return WebAssembly.compile(fetched)
  if (!fetched.ok) throw new Error(`The wasm could not be fetched: ${fetched.status} from ${fetched.url}`)
  // Streaming insists on the media type, which many servers do not send.
  const isTyped = fetched.headers.get('content-type') === 'application/wasm'
  return isTyped ? WebAssembly.compileStreaming(fetched) : WebAssembly.compile(await fetched.arrayBuffer())
}

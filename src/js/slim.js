// Bring the wasm yourself: as a file that a server can send as such, cached and without base64.
import { loadWasm } from './load_wasm.js'
import { surface, UploadError } from './surface.js'

let source

export const { upload, createUploader, ready, parsePolicy, normalizeParams, crc64 } = surface(() => {
  if (!source) throw new TypeError("`init` of 'oss-direct-upload/slim' has to be called first, with the wasm.")
  return loadWasm(compile())
})
export { UploadError }

export function init(wasm) {
  source = wasm
  return ready()
}

/** `source`: the address of the wasm, its bytes, a Response, a WebAssembly.Module, or a promise of one of these. */
async function compile() {
  const given = await source
  if (given instanceof WebAssembly.Module) return given
  const fetched = typeof given === 'string' || given instanceof URL ? await fetch(given) : given
  if (!(fetched instanceof Response)) return WebAssembly.compile(fetched)
  if (!fetched.ok) throw new Error(`The wasm could not be fetched: ${fetched.status} from ${fetched.url}`)
  // Streaming insists on the media type, which many servers do not send.
  const isTyped = fetched.headers.get('content-type') === 'application/wasm'
  return isTyped ? WebAssembly.compileStreaming(fetched) : WebAssembly.compile(await fetched.arrayBuffer())
}

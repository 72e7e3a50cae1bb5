import { start } from './start.js'

/** `source`: the address of the wasm, its bytes, a Response, a WebAssembly.Module, or a promise of one of these. */
export async function loadWasm(source) {
  const [engine, module] = await Promise.all([import('./engine.js'), compile(await source)])
  const instance = await WebAssembly.instantiate(module, engine.imports())
  return start(engine, () => instance.exports)
}

async function compile(source) {
  if (source instanceof WebAssembly.Module) return source
  const fetched = typeof source === 'string' || source instanceof URL ? await fetch(source) : source
  if (!(fetched instanceof Response)) return WebAssembly.compile(fetched)
  if (!fetched.ok) throw new Error(`The wasm could not be fetched: ${fetched.status} from ${fetched.url}`)
  // Streaming insists on the media type, which many servers do not send.
  const isTyped = fetched.headers.get('content-type') === 'application/wasm'
  return isTyped ? WebAssembly.compileStreaming(fetched) : WebAssembly.compile(await fetched.arrayBuffer())
}

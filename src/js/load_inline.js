import { loadWasm } from './load_wasm.js'

// The smallest module: magic number and version.
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

/** The module out of a chunk of its own: what every bundler can do, and no server has to be told of. */
export function loadInline() {
  return loadWasm(compile())
}

async function compile() {
  const { base64 } = await import('./generated/inline.js')
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return WebAssembly.compile(await new Response(stream).arrayBuffer())
}

/** Asked before anything is downloaded. A browser that inflates (since 2023) knows all of WebAssembly that is used. */
export async function mayCompile() {
  try {
    new DecompressionStream('deflate-raw')
    if (!globalThis.WebAssembly) return false
  } catch {
    return false
  }
  try {
    // Not `compile`: WebKit forbids only this.
    await WebAssembly.instantiate(empty)
    return true
  } catch {
    console.warn("oss-direct-upload: the page's Content-Security-Policy forbids WebAssembly; slower JavaScript does its work. "
      + "To allow it, add 'wasm-unsafe-eval' to script-src.")
    return false
  }
}

// The forms in which the entries load the wasm. Each resolves with a function that takes its imports and gives its exports.

/** From a chunk of its own: what every bundler can do, and no server needs a setting for. */
export async function loadInline() {
  const { base64 } = await import('./generated/inline.js')
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return instantiateWith(await WebAssembly.compile(await new Response(stream).arrayBuffer()))
}

/** As JavaScript: slower and larger, but no page can forbid it. */
export async function loadJs() {
  const { instantiate } = await import('./generated/wasm2js.js')
  return instantiate
}

/** @param module a WebAssembly.Module */
export const instantiateWith = module => async imports => (await WebAssembly.instantiate(module, imports)).exports

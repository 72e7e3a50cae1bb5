import { start } from './start.js'

/** `compiled`: a promise of a WebAssembly.Module. */
export async function loadWasm(compiled) {
  const [engine, module] = await Promise.all([import('./engine.js'), compiled])
  const instance = await WebAssembly.instantiate(module, engine.imports())
  return start(engine, () => instance.exports)
}

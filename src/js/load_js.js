import { start } from './start.js'

/** The module as JavaScript: slower and larger, but no page can forbid it. */
export async function loadJs() {
  const [engine, { instantiate }] = await Promise.all([
    import('./engine.js'),
    import('./generated/wasm2js.js')
  ])
  return start(engine, () => instantiate(engine.imports()))
}

import { start } from './start.js'

/** The module as JavaScript: slower and larger, but no page can forbid it. */
export async function loadJs() {
  const [glue, { instantiate }] = await Promise.all([
    import('./generated/glue.js'),
    import('./generated/wasm2js.js')
  ])
  return start(glue, () => instantiate(glue.imports()))
}

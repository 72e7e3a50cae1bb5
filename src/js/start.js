/** Brings glue and module together. The glue serves one module: two entries in one page share the first one's. */
export function start(glue, instantiate) {
  if (!glue.isStarted()) glue.start(instantiate())
  return glue
}

/** Brings engine and module together. The engine serves one module: two entries in one page share the first one's. */
export function start(engine, instantiate) {
  if (!engine.isStarted()) engine.start(instantiate())
  return engine
}

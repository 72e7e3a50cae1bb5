// Part of what is published, as JavaScript in place of the wasm: see wasm2js.mjs.

/**
 * When the memory of WebAssembly grows, its buffer is detached; by that wasm-bindgen's functions notice that their views
 * of it are of no use any more. wasm2js's memory only gets another buffer. So the one that it has outgrown is detached
 * here, whenever the module is left: by a call of an import, or at the end of one of an export.
 */
export const detachingOutgrown = instantiate => imports => {
  const exports = instantiate(mapValues(imports, functions => mapFunctions(functions, beforeImport)))
  let { buffer } = exports.memory

  function detach() {
    if (exports.memory.buffer === buffer) return
    structuredClone(buffer, { transfer: [buffer] })
    buffer = exports.memory.buffer
  }

  function beforeImport(run) {
    return (...values) => {
      detach()
      return run(...values)
    }
  }

  function afterExport(run) {
    return (...values) => {
      try {
        return run(...values)
      } finally {
        detach()
      }
    }
  }

  return mapFunctions(exports, afterExport)
}

const mapValues = (object, map) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]))
const mapFunctions = (object, map) => mapValues(object, value => typeof value === 'function' ? map(value) : value)

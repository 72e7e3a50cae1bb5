// How much memory the module has.

/**
 * In the page: from now on `memories` there holds that of every module. It has to be called before the first upload,
 * which loads the module: until then every way to it can be watched.
 */
export function watchMemory() {
  globalThis.memories = []
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name]
    WebAssembly[name] = async (...args) => {
      const made = await original.apply(WebAssembly, args)
      const { exports } = made.instance ?? made
      globalThis.memories.push(...Object.values(exports).filter(value => value instanceof WebAssembly.Memory))
      return made
    }
  }
}

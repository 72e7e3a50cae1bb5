/** The same API, without WebAssembly: the module as JavaScript, for pages that must not compile any. Larger and slower. */
export * from './index.js'

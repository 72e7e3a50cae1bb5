/** The same API, with a wasm that you bring: the file is `oss-direct-upload/wasm`. */
export * from './index.js'

/** The wasm: where it lies, what was fetched of it, its bytes, or the module that was compiled from it. */
export type WasmSource = string | URL | Response | ArrayBuffer | ArrayBufferView | WebAssembly.Module

/**
 * To be called before anything else. When it fails, it can be called again.
 *
 * @throws {WebAssembly.CompileError} when it is not a module, or the page's Content-Security-Policy forbids WebAssembly
 *
 * @example
 * import wasm from 'oss-direct-upload/wasm?url'
 * await init(wasm)
 */
export function init(wasm: WasmSource | Promise<WasmSource>): Promise<void>

/** The address of the wasm, where the bundler takes `.wasm` files as assets (in Vite: `oss-direct-upload/wasm?url`). */
declare const address: string
export default address

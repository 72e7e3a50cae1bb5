import init, * as engine from './generated/oss_direct_upload.js'

export async function load() {
  await init({ module_or_path: new URL('./generated/oss_direct_upload_bg.wasm', import.meta.url) })
  return engine
}

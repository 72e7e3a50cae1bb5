import { checkFile, readAllOptions, readOptions } from './options.js'
import { UploadTask } from './task.js'
import { toError } from './upload_error.js'
import { Uploader } from './uploader.js'

export { UploadError } from './upload_error.js'

/** A promise of the engine, one for all entries of a page: whichever is first brings it. */
let engine

/**
 * The public functions. Nothing is done before one of them is called, so that a server can import the package.
 *
 * @param load brings the wasm in the entry's own way, when it is needed for the first time. It resolves with a function
 *   that takes the wasm's imports and gives its exports.
 */
export function surface(load) {
  const whenReady = () => engine ??= start(load).catch(error => {
    // A page whose network was down for a moment is not broken for good.
    engine = undefined
    throw error
  })

  return {
    async upload(file, options) {
      checkFile(file)
      const openQueue = async () => new (await whenReady()).Queue(1)
      return new UploadTask(file, { ...readAllOptions(options, 'upload'), sharesParams: false }, openQueue).result
    },

    createUploader(options) {
      return new Uploader(whenReady, readAllOptions(options, 'createUploader'))
    },

    async ready() {
      await whenReady()
    },

    async parsePolicy(base64) {
      const text = String(base64)
      const { parsePolicy } = await whenReady()
      return orError(() => parsePolicy(text))
    },

    async normalizeParams(answer, options) {
      const { allowedHosts, anonymous = false } = readOptions(options ?? {}, 'normalizeParams')
      const { normalizeParams } = await whenReady()
      return orError(() => normalizeParams(answer, allowedHosts, anonymous))
    },

    async crc64(blob, options) {
      checkFile(blob)
      const { signal } = readOptions(options ?? {}, 'crc64')
      if (signal?.aborted) throw signal.reason
      const { crc64 } = await whenReady()
      return crc64(blob, signal)
    }
  }
}

/** Brings together the wasm and the functions that wasm-bindgen made for it. */
async function start(load) {
  const [glue, instantiate] = await Promise.all([import('./generated/oss_direct_upload_bg.js'), load()])
  const exports = await instantiate({ './oss_direct_upload_bg.js': glue })
  glue.__wbg_set_wasm(exports)
  exports.__wbindgen_start?.()
  return glue
}

function orError(work) {
  try {
    return work()
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : toError(thrown)
  }
}

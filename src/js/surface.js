import { checkFile, readAllOptions, readOptions } from './options.js'
import { UploadTask } from './task.js'
import { toError } from './upload_error.js'
import { Uploader } from './uploader.js'

export { UploadError } from './upload_error.js'

/** After so many milliseconds a page counts as idle where the browser does not tell: its first frames are drawn. */
const IDLE_AFTER = 200

/**
 * The public functions. Nothing is done before one of them is called, so that a server can import the package.
 *
 * @param load brings the wasm in the entry's own way, when it is needed for the first time. It resolves with a function
 *   that takes the wasm's imports and gives its exports.
 */
export function surface(load) {
  /** A promise of the functions of the wasm. */
  let engine
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
      const { preload = true, ...others } = readAllOptions(options, 'createUploader')
      // What fails here is tried again, and told, when the first file is added.
      if (preload) whenIdle(() => whenReady().catch(() => {}))
      return new Uploader(whenReady, others)
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

/**
 * Brings together the wasm and the functions that wasm-bindgen made for it, which come at the same time. Once in a page:
 * the functions have room for one module, and all entries share them. So the promise of it is kept on one of them.
 */
async function start(load) {
  const [glue, instantiate] = await Promise.all([import('./generated/oss_direct_upload_bg.js'), load()])
  const { Queue } = glue
  return Queue.engine ??= bind(glue, instantiate).catch(error => {
    Queue.engine = undefined
    throw error
  })
}

async function bind(glue, instantiate) {
  const exports = await instantiate({ './oss_direct_upload_bg.js': glue })
  glue.__wbg_set_wasm(exports)
  exports.__wbindgen_start?.()
  return glue
}

/** When the page has nothing else to do. Never on a server, which may make an uploader while it renders a page. */
function whenIdle(work) {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work)
  // WebKit and workers.
  else if (typeof XMLHttpRequest === 'function') setTimeout(work, IDLE_AFTER)
}

function orError(work) {
  try {
    return work()
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : toError(thrown)
  }
}

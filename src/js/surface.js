import { once } from './once.js'
import { checkFile, checkOptions } from './options.js'
import { Uploader } from './uploader.js'

export { UploadError } from './upload_error.js'

/**
 * The public functions on top of an engine that `load` brings when it is needed for the first time. Nothing is done
 * before that, so that a server can import the package.
 */
export function surface(load) {
  const engine = once(load)

  const inspect = () => import('./inspect.js')

  return {
    async upload(file, options) {
      checkFile(file)
      checkOptions(options, 'upload')
      return new Uploader(engine, { concurrency: 1 }).add(file, options).result
    },

    createUploader(options) {
      checkOptions(options, 'createUploader')
      return new Uploader(engine, options)
    },

    async ready() {
      await engine()
    },

    async parsePolicy(base64) {
      return (await inspect()).parsePolicy(await engine(), base64)
    },

    async normalizeParams(answer, options) {
      return (await inspect()).normalizeParams(await engine(), answer, options)
    },

    async crc64(blob, { signal } = {}) {
      checkFile(blob)
      signal?.throwIfAborted()
      return (await engine()).crc64(blob, signal)
    }
  }
}

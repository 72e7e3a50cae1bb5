import { inWords, start, uploaderOf } from './start.js'

/** For `server` of FilePond. The server id of a file is its object key. */
export function filePond(source) {
  const uploader = uploaderOf(source)
  return {
    process(_fieldName, file, _metadata, load, error, progress, abort) {
      const stop = start(uploader, file, {
        progress: ({ loaded, total }) => progress(total > 0, loaded, total),
        done: ({ key }) => load(key),
        failed: failure => error(inWords(failure))
      })
      return {
        abort() {
          stop()
          abort()
        }
      }
    }
  }
}

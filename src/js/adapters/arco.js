import { UntilRemoved } from './removed.js'
import { inWords, percentOf, start, uploaderOf } from './start.js'

/** For `Upload` of Arco Design for React. */
export function arco(source) {
  const uploader = uploaderOf(source)
  return {
    customRequest: ({ file, onProgress, onSuccess, onError }) => ({
      abort: start(uploader, file, {
        progress: progress => onProgress(percentOf(progress)),
        done: onSuccess,
        // It shows the response beside the file, where it is text.
        failed: error => onError(inWords(error))
      })
    })
  }
}

/** For `Upload` of Arco Design for Vue, whose percentages go from 0 to 1. It aborts what is cancelled, not what is removed. */
export function arcoVue(source) {
  const uploader = uploaderOf(source)
  const uploads = new UntilRemoved()
  return {
    customRequest: ({ fileItem, onProgress, onSuccess, onError }) => ({
      abort: uploads.start(fileItem.uid, uploader, fileItem.file, {
        progress: progress => onProgress(progress.ratio),
        done: onSuccess,
        failed: onError
      })
    }),
    async onBeforeRemove({ uid }) {
      uploads.remove(uid)
      return true
    }
  }
}

import { UntilRemoved } from './removed.js'
import { percentOf, uploaderOf } from './start.js'

/** For `NUpload` of Naive UI. It has no place for a result: `onFinish` and `onError` of the page find it in their `file`. */
export function naiveUi(source) {
  const uploader = uploaderOf(source)
  const uploads = new UntilRemoved()
  return {
    customRequest({ file, onProgress, onFinish, onError }) {
      uploads.start(file.id, uploader, file.file, {
        progress: progress => onProgress({ percent: percentOf(progress) }),
        done(response) {
          Object.assign(file, { response })
          onFinish()
        },
        failed(error) {
          Object.assign(file, { error })
          onError()
        }
      })
    },
    onRemove({ file }) {
      uploads.remove(file.id)
    }
  }
}

import { UntilRemoved } from './removed.js'
import { uploaderOf } from './start.js'

/** For `Upload` of Semi Design, which insists on an `action`. It makes an error of its own; the page's `onError` gets ours, last. */
export function semi(source) {
  const uploader = uploaderOf(source)
  const uploads = new UntilRemoved()
  return {
    action: '',
    customRequest({ fileInstance, onProgress, onSuccess, onError }) {
      uploads.start(fileInstance, uploader, fileInstance, {
        progress: ({ loaded, total }) => onProgress({ loaded, total }),
        done: result => onSuccess(result),
        failed: error => onError(error)
      })
    },
    onRemove(fileInstance) {
      uploads.remove(fileInstance)
    },
    onClear() {
      uploads.removeAll()
    }
  }
}

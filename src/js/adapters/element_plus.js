import { progressEvent, start, uploaderOf } from './start.js'

/** For `ElUpload` of Element Plus. */
export function elementPlus(source) {
  const uploader = uploaderOf(source)
  return {
    httpRequest: ({ file, onProgress, onSuccess, onError }) => asRequest(start(uploader, file, {
      progress: progress => onProgress(progressEvent(progress)),
      done: onSuccess,
      failed: onError
    }))
  }
}

/**
 * ElUpload aborts nothing but an XMLHttpRequest. So it gets one, which is never opened: its `abort` is the upload's.
 * The class is made here, for a server has none to extend.
 */
function asRequest(abort) {
  class UploadRequest extends XMLHttpRequest {
    abort() {
      abort()
    }
  }
  return new UploadRequest()
}

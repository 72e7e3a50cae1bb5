import { inWords, progressEvent, start, uploaderOf } from './start.js'

/** For `Upload` of antd and of rc-upload. */
export function antd(source) {
  const uploader = uploaderOf(source)
  return {
    customRequest: ({ file, onProgress, onSuccess, onError }) => ({
      abort: start(uploader, file, {
        progress: progress => onProgress?.(progressEvent(progress)),
        done: result => onSuccess?.(result),
        // antd shows the response beside the file, where it is text.
        failed: error => onError?.(error, inWords(error))
      })
    })
  }
}

import { createUploader } from '../index.js'

/** Options make an uploader; one that is there already is taken as it is. */
export const uploaderOf = source => source instanceof EventTarget ? source : createUploader(source)

/**
 * Starts an upload and tells a component of it. Gives what the component calls to abort: from then on it is told nothing,
 * as with the request of its own that it would have aborted.
 *
 * @param told the component's `progress`, `done` and `failed`; one of the last two is called, once
 */
export function start(uploader, file, { progress, done, failed }) {
  let isAborted = false
  const tell = report => ({ detail }) => {
    if (!isAborted) report(detail)
  }
  let task
  try {
    task = uploader.add(file)
  } catch (error) {
    // Such as an entry of a component's list that has no file.
    failed(error)
    return () => {}
  }
  task.addEventListener('progress', tell(progress))
  task.addEventListener('done', tell(done))
  task.addEventListener('error', tell(failed))
  // By the page, not by the component.
  task.addEventListener('abort', tell(reason => failed(reason instanceof Error ? reason : new Error(String(reason)))))
  // At once, for components offer to start a file for as long as they see no progress: one in the queue would start twice.
  progress(task.progress)
  return () => {
    isAborted = true
    task.abort()
  }
}

/** 0 to 100. */
export const percentOf = ({ ratio }) => Math.floor(ratio * 100)

/** The event of an XMLHttpRequest, with the percentage that components take from it. */
export const progressEvent = progress => Object.assign(
  new ProgressEvent('progress', { lengthComputable: true, loaded: progress.loaded, total: progress.total }),
  { percent: percentOf(progress) }
)

/** For components that show a failure as text: what went wrong, and what to do about it. */
export const inWords = ({ message, hint }) => hint ? `${message} ${hint}` : message

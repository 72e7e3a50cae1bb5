import { normalise } from './options.js'
import { toError } from './upload_error.js'

/** Name of the method that says: somebody wants to know the progress. A symbol, for it is not public. */
export const watch = Symbol('watch')

/** Name of the method that makes an event. */
export const tell = Symbol('tell')

/** Knows what somebody listens for. Bytes are counted only when it is progress: the browser then sends a CORS preflight. */
export class Watchable extends EventTarget {
  #heard = new Set()

  addEventListener(type, ...rest) {
    this.#heard.add(type)
    if (type === 'progress') this[watch]()
    super.addEventListener(type, ...rest)
  }

  /** No event is made that nobody hears: a small file has eight, and they take longer than its checksum. */
  [tell](type, detail) {
    if (this.#heard.has(type)) this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/** Why, where nobody says. */
export const aborted = () => new DOMException('The upload was aborted.', 'AbortError')

// Terminal states, and the event of each.
const endings = { done: 'done', failed: 'error', aborted: 'abort' }

export const isTerminal = state => state in endings

/** One upload. The engine decides what is done; here pages get its events, and ask for what they want. */
export class UploadTask extends Watchable {
  #file
  /** The page's own functions, by event. */
  #callbacks
  #isWatched
  #onEvent
  #state = 'queued'
  #progress
  #result
  #settle
  #hasEnded = false
  /** The engine's handle of this upload, once it is in the engine's queue. */
  #upload
  #unlisten

  /**
   * @param options as `readOptions` gives them
   * @param openQueue resolves with the engine's queue
   * @param onEvent called with every event: `onEvent(task, type, detail)`
   */
  constructor(file, options, openQueue, { isWatched = false, onEvent = () => {} } = {}) {
    super()
    const { signal, onProgress, onStateChange, onAttempt, ...others } = options
    const normal = normalise(file, others)
    this.#file = file
    this.#callbacks = { progress: onProgress, statechange: onStateChange, attempt: onAttempt }
    this.#isWatched = isWatched || Boolean(onProgress)
    this.#onEvent = onEvent
    this.#progress = { loaded: 0, total: normal.size, ratio: 0, speed: 0, eta: null, attempt: 0 }
    this.#result = new Promise((resolve, reject) => { this.#settle = { resolve, reject } })
    // Whoever listens for events need not look at the promise as well.
    this.#result.catch(() => {})
    this.#listenTo(signal)
    this.#enter(normal, openQueue)
  }

  get file() { return this.#file }
  get state() { return this.#state }
  get progress() { return { ...this.#progress, state: this.#state } }
  get result() { return this.#result }

  pause() {
    if (this.#upload) this.#upload.pause()
    else if (this.#state === 'queued') this.#changeState('paused')
  }

  resume() {
    if (this.#upload) this.#upload.resume()
    else if (this.#state === 'paused') this.#changeState('queued')
  }

  abort(reason = aborted()) {
    const upload = this.#upload
    this.#end('aborted', reason)
    upload?.abort()
  }

  async *[Symbol.asyncIterator]() {
    const listening = new AbortController()
    const listen = (type, listener) => this.addEventListener(type, listener, { signal: listening.signal })
    let latest
    let wake
    listen('progress', ({ detail }) => {
      latest = detail
      wake?.()
    })
    for (const type of Object.values(endings)) listen(type, () => wake?.())
    try {
      for (;;) {
        if (latest) {
          const progress = latest
          latest = undefined
          yield progress
        } else if (this.#hasEnded) {
          return
        } else {
          await new Promise(resolve => { wake = resolve })
        }
      }
    } finally {
      listening.abort()
    }
  }

  [watch]() {
    this.#isWatched = true
    this.#upload?.watch()
  }

  #listenTo(signal) {
    if (!signal) return
    const abort = () => this.abort(signal.reason)
    signal.addEventListener('abort', abort)
    this.#unlisten = () => signal.removeEventListener('abort', abort)
    // Not at once: whoever made the task listens by then.
    if (signal.aborted) queueMicrotask(abort)
  }

  async #enter(normal, openQueue) {
    try {
      // Whoever made the task listens by then.
      await null
      if (this.#hasEnded) return
      const queue = await openQueue()
      if (this.#hasEnded) return
      this.#upload = queue.add({ ...normal, watched: this.#isWatched }, this.#listener())
      if (this.#state === 'paused') this.#upload.pause()
    } catch (error) {
      // The engine could not be loaded.
      this.#end('failed', error)
    }
  }

  /** What the engine calls. */
  #listener() {
    return {
      state: state => this.#changeState(state),
      progress: progress => {
        if (this.#hasEnded) return
        this.#progress = progress
        this.#emit('progress', progress)
      },
      attempt: attempt => {
        if (this.#hasEnded) return
        this.#emit('attempt', attempt.error ? { ...attempt, error: toError(attempt.error) } : attempt)
      },
      done: result => this.#end('done', result),
      failed: failure => this.#end('failed', toError(failure)),
      // What the page's own function threw stays what it is.
      refused: thrown => this.#end('failed', thrown)
    }
  }

  /** Terminal states come with the end itself. */
  #changeState(state) {
    if (this.#hasEnded || isTerminal(state) || state === this.#state) return
    this.#state = state
    this.#emit('statechange', state)
  }

  #end(state, detail) {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#upload = undefined
    this.#unlisten?.()
    this.#state = state
    this.#emit('statechange', state)
    this.#emit(endings[state], detail)
    if (state === 'done') this.#settle.resolve(detail)
    else this.#settle.reject(detail)
  }

  #emit(type, detail) {
    const callback = this.#callbacks[type]
    if (callback) call(callback, detail)
    this[tell](type, detail)
    this.#onEvent(this, type, detail)
  }
}

/** An error in a callback is the page's own: it is reported as one, and the upload goes on. */
function call(callback, detail) {
  try {
    callback(detail)
  } catch (error) {
    if (typeof reportError === 'function') reportError(error)
    else console.error(error)
  }
}

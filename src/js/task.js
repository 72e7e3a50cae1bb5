const terminal = { done: 'done', error: 'failed', abort: 'aborted' }
const callbacks = { progress: 'onProgress', statechange: 'onStateChange', attempt: 'onAttempt' }

/** Notices when somebody begins to listen for progress: counting bytes makes the browser send a CORS preflight. */
export class Observable extends EventTarget {
  addEventListener(type, ...rest) {
    if (type === 'progress') this._observed()
    super.addEventListener(type, ...rest)
  }
}

/** One upload. What it is to do is decided by the engine; here its events are handed out. */
export class UploadTask extends Observable {
  #file
  #options
  #tell
  #state = 'queued'
  #progress
  #result
  #settle
  #handle
  #isObserved
  #unlisten

  /**
   * `enter()` resolves with what brings the upload into the queue and gives its handle: `(isObserved, hear) => handle`;
   * `tell(task, event, detail)` hears of every event.
   */
  constructor(file, options, isObserved, enter, tell) {
    super()
    this.#file = file
    this.#options = options
    this.#tell = tell
    this.#isObserved = isObserved || Boolean(options.onProgress)
    this.#progress = { loaded: 0, total: file.size, ratio: 0, speed: 0, eta: null, attempt: 0 }
    this.#result = new Promise((resolve, reject) => { this.#settle = { resolve, reject } })
    this.#result.catch(() => {})
    this.#listenTo(options.signal)
    this.#enter(enter)
  }

  get file() { return this.#file }
  get state() { return this.#state }
  get progress() { return { ...this.#progress, state: this.#state } }
  get result() { return this.#result }

  pause() {
    if (this.#handle) this.#handle('pause')
    else if (this.#state === 'queued') this.#hear('statechange', 'paused')
  }

  resume() {
    if (this.#handle) this.#handle('resume')
    else if (this.#state === 'paused') this.#hear('statechange', 'queued')
  }

  abort(reason = new DOMException('The upload was aborted.', 'AbortError')) {
    if (this.#handle) return this.#handle({ reason })
    this.#hear('statechange', 'aborted')
    this.#hear('abort', reason)
  }

  async *[Symbol.asyncIterator]() {
    const listening = new AbortController()
    let latest
    let wake
    const listen = (type, listener) => this.addEventListener(type, listener, { signal: listening.signal })
    listen('progress', ({ detail }) => {
      latest = detail
      wake?.()
    })
    for (const type of Object.keys(terminal)) listen(type, () => wake?.())
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

  /** Not public: somebody wants to know the progress. */
  _observed() {
    this.#isObserved = true
    this.#handle?.('watch')
  }

  get #hasEnded() {
    return this.#settle === undefined
  }

  #listenTo(signal) {
    if (!signal) return
    const abort = () => this.abort(signal.reason)
    signal.addEventListener('abort', abort)
    this.#unlisten = () => signal.removeEventListener('abort', abort)
    // Not at once: whoever made the task is to hear of it.
    if (signal.aborted) queueMicrotask(abort)
  }

  async #enter(enter) {
    try {
      await null
      if (this.#hasEnded) return
      const add = await enter()
      if (this.#hasEnded) return
      // A reason may be anything, also a word that the handle knows: it is wrapped.
      const hear = (event, detail) => this.#hear(event, event === 'abort' ? detail.reason : detail)
      this.#handle = add(this.#isObserved, hear)
      if (this.#state === 'paused') this.#handle('pause')
    } catch (error) {
      // The engine could not be loaded.
      this.#hear('statechange', 'failed')
      this.#hear('error', error)
    }
  }

  #hear(event, detail) {
    if (this.#hasEnded) return
    if (event === 'statechange') {
      if (detail === this.#state) return
      this.#state = detail
    } else if (event === 'progress') {
      this.#progress = detail
    }
    const settle = this.#settle
    if (event in terminal) {
      this.#settle = undefined
      this.#handle = undefined
      this.#unlisten?.()
    }
    const callback = this.#options[callbacks[event]]
    if (callback) call(callback, detail)
    this.dispatchEvent(new CustomEvent(event, { detail }))
    this.#tell(this, event, detail)
    if (event === 'done') settle.resolve(detail)
    else if (event in terminal) settle.reject(detail)
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

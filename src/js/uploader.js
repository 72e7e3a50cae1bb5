import { checkFile, checkOptions } from './options.js'
import { Observable, UploadTask } from './task.js'

const interval = 50
const own = ['params', 'allowedHosts', 'anonymous']
const terminal = ['done', 'error', 'abort']
const isPending = ({ state }) => !['done', 'failed', 'aborted'].includes(state)

/** A queue of uploads. Whose turn it is is decided by the engine. */
export class Uploader extends Observable {
  #load
  #concurrency
  #options
  #tasks = []
  #isPaused = false
  #queue
  #isObserved = false
  #reportedAt = 0
  #waiting = []

  constructor(load, { concurrency, ...options }) {
    super()
    this.#load = load
    this.#concurrency = concurrency ?? 3
    this.#options = options
  }

  get tasks() { return [...this.#tasks] }

  get progress() {
    let loaded = 0
    let total = 0
    let speed = 0
    let pending = 0
    for (const { progress } of this.#tasks) {
      // What will not be uploaded does not count.
      if (progress.state === 'failed' || progress.state === 'aborted') continue
      total += progress.total
      loaded += progress.state === 'done' ? progress.total : progress.loaded
      if (progress.state === 'uploading') speed += progress.speed
      if (isPending(progress)) pending += 1
    }
    const ratio = total > 0 ? loaded / total : Number(pending === 0)
    const eta = speed > 0 ? (total - loaded) / speed * 1000 : null
    return { loaded, total, ratio, speed, eta, pending }
  }

  add(file, options = {}) {
    checkFile(file)
    checkOptions(options, 'add')
    if (!this.#tasks.some(isPending)) this.#tasks = []
    const all = { ...this.#options, ...options }
    const sharesParams = !own.some(name => name in options)
    const enter = async () => {
      const engine = await this.#load()
      const queue = this.#start(engine)
      const validate = await engine.checkOf(all.validate, all.locale)
      return (isObserved, hear) => queue({ ...all, validate, file, sharesParams, isObserved, hear: engine.inOrder(hear, all.locale) })
    }
    const task = new UploadTask(file, all, this.#isObserved, enter, (...event) => this.#hear(...event))
    this.#tasks.push(task)
    return task
  }

  pause() {
    this.#isPaused = true
    this.#queue?.('pause')
    for (const task of this.#tasks) task.pause()
  }

  resume() {
    this.#isPaused = false
    this.#queue?.('resume')
    for (const task of this.#tasks) task.resume()
  }

  abort(reason) {
    for (const task of this.#tasks) task.abort(reason)
  }

  idle() {
    if (!this.#tasks.some(isPending)) return Promise.resolve()
    return new Promise(resolve => { this.#waiting.push(resolve) })
  }

  /** Not public: somebody wants to know the progress. */
  _observed() {
    this.#isObserved = true
    for (const task of this.#tasks) task._observed()
  }

  #start({ queue }) {
    if (!this.#queue) {
      this.#queue = queue(this.#concurrency)
      if (this.#isPaused) this.#queue('pause')
    }
    return this.#queue
  }

  #hear(task, event, detail) {
    if (event === 'statechange') this.#dispatch('statechange', { task, state: detail })
    else if (event === 'done') this.#dispatch('done', { task, result: detail })
    else if (event === 'error') this.#dispatch('error', { task, error: detail })
    else if (event === 'abort') this.#dispatch('abort', { task, reason: detail })
    const isLast = terminal.includes(event) && !this.#tasks.some(isPending)
    if (event !== 'attempt') this.#reportProgress(isLast)
    if (isLast) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #reportProgress(isLast) {
    const now = Date.now()
    if (!this.#isObserved || !isLast && Math.abs(now - this.#reportedAt) < interval) return
    this.#reportedAt = now
    this.#dispatch('progress', this.progress)
  }

  #dispatch(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }))
  }
}

import { checkFile, readOptions } from './options.js'
import { aborted, isTerminal, tell, UploadTask, watch, Watchable } from './task.js'
import { inTurns } from './turns.js'

const PROGRESS_INTERVAL = 50
// A task with one of its own does not share parameters with the others.
const shared = ['params', 'allowedHosts', 'anonymous']
// The name that the detail of a task's event has beside the task.
const details = { statechange: 'state', done: 'result', error: 'error', abort: 'reason' }

/** A queue of uploads. Whose turn it is is decided by the engine. */
export class Uploader extends Watchable {
  #engine
  #concurrency
  #options
  #tasks = []
  /** How many of them have not ended: to look at each, whenever one of 20,000 ends, takes seconds. */
  #pending = 0
  #isPaused = false
  /** How many calls of `abort` are not through yet. */
  #aborting = 0
  #queue
  #isWatched = false
  #reportedAt = 0

  /**
   * @param engine resolves with the functions of the wasm
   * @param options as `readOptions` gives them
   */
  constructor(engine, { concurrency = 3, ...options }) {
    super()
    this.#engine = engine
    this.#concurrency = concurrency
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
      if (!isTerminal(progress.state)) pending += 1
    }
    const ratio = total > 0 ? loaded / total : Number(pending === 0)
    const eta = speed > 0 ? (total - loaded) / speed * 1000 : null
    return { loaded, total, ratio, speed, eta, pending }
  }

  add(file, options = {}) {
    checkFile(file)
    const own = readOptions(options, 'add')
    const sharesParams = !shared.some(name => name in own)
    const task = new UploadTask(file, { ...this.#options, ...own, sharesParams }, () => this.#openQueue(), {
      isWatched: this.#isWatched,
      onEvent: (...event) => this.#onEvent(...event)
    })
    if (this.#pending === 0) this.#tasks = []
    this.#tasks.push(task)
    this.#pending += 1
    return task
  }

  pause() {
    this.#isPaused = true
    this.#rest()
    for (const task of this.#tasks) task.pause()
  }

  resume() {
    this.#isPaused = false
    this.#rest()
    for (const task of this.#tasks) task.resume()
  }

  async abort(reason = aborted()) {
    // No other begins in place of those that end, and those that may be under way end first.
    this.#aborting += 1
    this.#rest()
    const waits = ({ state }) => state === 'queued' || state === 'paused'
    const tasks = [...this.#tasks.filter(task => !waits(task)), ...this.#tasks.filter(waits)]
    await inTurns(tasks, task => task.abort(reason))
    this.#aborting -= 1
    this.#rest()
  }

  async idle() {
    while (this.#pending > 0) await Promise.allSettled(this.#tasks.map(task => task.result))
  }

  [watch]() {
    this.#isWatched = true
    for (const task of this.#tasks) task[watch]()
  }

  async #openQueue() {
    const { Queue } = await this.#engine()
    if (!this.#queue) {
      this.#queue = new Queue(this.#concurrency)
      this.#rest()
    }
    return this.#queue
  }

  /** Lets the engine's queue rest, or go on. */
  #rest() {
    if (this.#isPaused || this.#aborting > 0) this.#queue?.pause()
    else this.#queue?.resume()
  }

  #onEvent(task, type, detail) {
    if (type === 'statechange' && isTerminal(detail)) this.#pending -= 1
    if (type in details) this[tell](type, { task, [details[type]]: detail })
    if (type === 'attempt') return
    const isLast = ['done', 'error', 'abort'].includes(type) && this.#pending === 0
    this.#reportProgress(isLast)
  }

  #reportProgress(isLast) {
    const now = Date.now()
    if (!this.#isWatched || !isLast && Math.abs(now - this.#reportedAt) < PROGRESS_INTERVAL) return
    this.#reportedAt = now
    this[tell]('progress', this.progress)
  }
}

import { pathOf } from '../files.js'

const EVENTS = ['progress', 'statechange', 'attempt', 'done', 'error', 'abort']
const SENDING = ['uploading', 'verifying']
const ENDED = ['done', 'failed', 'aborted']
const NOTHING_SENT = { loaded: 0, ratio: 0, speed: 0, eta: null, attempt: 0 }

let rowsMade = 0

/** One file of the list, from its choice to its end. Tried again, it gets a new task. */
export class Row {
  id = rowsMade += 1
  /** Grows with each change, so that what is shown is only made again when there is one. */
  version = 0
  /** Whether message, hint and what else is known are shown in full. */
  isOpen = false
  thumbnail
  #onEvent
  #state
  #saved

  /** @param onEvent called with every event of the task: `onEvent(row, type, detail)` */
  constructor(file, onEvent) {
    this.file = file
    this.name = pathOf(file)
    this.size = file.size
    this.type = file.type
    this.#onEvent = onEvent
  }

  /** A file that was uploaded before the page was left: all that is known is its result. */
  static restore({ name, size, type, result }) {
    const row = new Row({ name, size, type }, () => {})
    row.file = undefined
    row.result = result
    row.#state = 'done'
    return row
  }

  get state() { return this.#state }
  get isSending() { return SENDING.includes(this.#state) }
  get isOver() { return ENDED.includes(this.#state) }
  /** Stored, though its callback failed: to upload it again would be wrong. */
  get canRetry() { return Boolean(this.file) && this.error?.code !== 'CALLBACK_FAILED' }
  /** What `restore` takes. Made once, for forms want it often. */
  get saved() {
    const { name, size, type, result } = this
    return this.#saved ??= JSON.stringify({ name, size, type, result })
  }

  get progress() { return this.task?.progress ?? { ...NOTHING_SENT, total: this.size } }

  /** @param add makes a task for the file */
  start(add) {
    this.error = this.result = this.lastAttempt = this.#saved = undefined
    this.stoppedAt = 0
    this.isOpen = false
    try {
      const task = this.task = add(this.file)
      this.#state = task.state
      for (const type of EVENTS) task.addEventListener(type, ({ detail }) => this.#on(type, detail))
    } catch (error) {
      // Options of the page's that will not do.
      this.task = undefined
      this.#state = 'failed'
      this.#on('error', error)
    }
    this.changed()
  }

  changed() {
    this.version += 1
  }

  #on(type, detail) {
    if (type === 'statechange') {
      this.stoppedAt = detail === 'paused' ? this.progress.ratio : 0
      this.#state = detail
    }
    if (type === 'attempt') this.lastAttempt = detail
    if (type === 'done') this.result = detail
    if (type === 'error') this.error = detail
    this.changed()
    this.#onEvent(this, type, detail)
  }
}

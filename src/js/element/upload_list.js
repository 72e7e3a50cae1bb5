import { createUploader } from '../index.js'
import { Row } from './row.js'

/** The files of an element and their uploads. */
export class UploadList {
  rows = []
  #settings
  #onEvent
  #uploader

  /**
   * @param settings gives `{ options, params, accept, concurrency, locale, keepPaths }` as they are now
   * @param onEvent called with every event of an upload: `onEvent(row, type, detail)`
   */
  constructor(settings, onEvent) {
    this.#settings = settings
    this.#onEvent = onEvent
  }

  get isBusy() { return this.rows.some(row => !row.isOver) }
  get pending() { return this.rows.filter(row => !row.isOver) }
  get failed() { return this.rows.filter(row => row.state === 'failed' && row.canRetry) }

  /** What all of them come to. What will not be uploaded does not count. */
  get total() {
    const total = { loaded: 0, total: 0, speed: 0, pending: 0, paused: 0, done: 0, failed: 0 }
    for (const row of this.rows) {
      const { state, size, isOver } = row
      if (!isOver) total.pending += 1
      if (state in total) total[state] += 1
      if (state === 'failed' || state === 'aborted') continue
      total.total += size
      if (state === 'done') total.loaded += size
      // Of the others nothing is sent: what is paused, for one, starts again from its first byte.
      if (!row.isSending) continue
      const { loaded, speed } = row.progress
      total.loaded += loaded
      if (state === 'uploading') total.speed += speed
    }
    total.ratio = total.total > 0 ? total.loaded / total.total : Number(total.pending === 0)
    total.eta = total.speed > 0 ? (total.total - total.loaded) / total.speed * 1000 : null
    return total
  }

  add(files) {
    for (const file of files) {
      const row = new Row(file, this.#onEvent)
      this.rows.push(row)
      this.start(row)
    }
  }

  start(row) {
    const { keepPaths } = this.#settings()
    row.start(file => this.#queue().add(file, keepPaths ? { key: (_, dir) => dir + row.name } : {}))
  }

  /** Takes the others off the list, and ends their uploads. */
  keep(isKept, reason) {
    const leaving = this.rows.filter(row => !isKept(row))
    this.rows = this.rows.filter(isKept)
    for (const { task } of leaving) task?.abort(reason)
  }

  /** One for as long as the settings are the same: its files share their parameters. */
  #queue() {
    const { options, params, accept, concurrency, locale } = this.#settings()
    const { validate, ...others } = options ?? {}
    const parts = { ...others, params, accept, concurrency, locale, validate }
    const isSame = this.#uploader && Object.entries({ ...this.#uploader.parts, ...parts })
      .every(([name, value]) => this.#uploader.parts[name] === value && parts[name] === value)
    if (!isSame) {
      const patterns = (accept ?? '').split(',').map(pattern => pattern.trim()).filter(Boolean)
      const limits = typeof validate === 'function' ? validate : { accept: patterns, ...validate }
      this.#uploader = { parts, queue: createUploader({ ...others, params, concurrency, locale, validate: limits }) }
    }
    return this.#uploader.queue
  }
}

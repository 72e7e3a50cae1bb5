import { start } from './start.js'

/**
 * For components that cannot abort a request of the page's: they only say that a file was removed.
 */
export class UntilRemoved {
  #aborts = new Map()

  /** As `start`; `id` is the file's in the component. */
  start(id, uploader, file, { progress, done, failed }) {
    const ending = report => detail => {
      this.#aborts.delete(id)
      report(detail)
    }
    // Of a file that is started again.
    this.remove(id)
    this.#aborts.set(id, start(uploader, file, { progress, done: ending(done), failed: ending(failed) }))
  }

  remove(id) {
    this.#aborts.get(id)?.()
    this.#aborts.delete(id)
  }
}

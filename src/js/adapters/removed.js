import { start } from './start.js'

/** For components that take a file away without aborting its request: they only say that they have. */
export class UntilRemoved {
  #aborts = new Map()

  /** As `start`, and gives the same; `id` is the file's in the component. */
  start(id, uploader, file, { progress, done, failed }) {
    const ending = report => detail => {
      this.#aborts.delete(id)
      report(detail)
    }
    // Of a file that is started again.
    this.remove(id)
    this.#aborts.set(id, start(uploader, file, { progress, done: ending(done), failed: ending(failed) }))
    return () => this.remove(id)
  }

  remove(id) {
    this.#aborts.get(id)?.()
    this.#aborts.delete(id)
  }

  removeAll() {
    for (const id of this.#aborts.keys()) this.remove(id)
  }
}

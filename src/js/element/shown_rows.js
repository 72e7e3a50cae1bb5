// So many rows more with each update; while files are under way no more than these.
const STEP = 50

/**
 * How many rows of a list are shown. A page that is given a thousand files stays usable: they are made little by little, and
 * most of them when nothing else is to be done, or somebody comes to their end.
 */
export class ShownRows {
  count = 0
  #list
  #wanted = STEP
  #observer

  /** @param onEnd called when somebody comes to the end of what is shown */
  constructor(list, onEnd) {
    this.#list = list
    this.#observer = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return
      this.#wanted = this.count + STEP
      onEnd()
    })
  }

  get areAll() { return this.count >= this.#limit }

  grow() {
    if (this.#list.rows.length === 0) this.#wanted = STEP
    this.count = Math.min(this.count + STEP, this.#limit)
  }

  /** Lit's `ref`: called with what stands in for the other rows, and without it when there are none. */
  watchEnd = element => {
    this.#observer.disconnect()
    if (element) this.#observer.observe(element)
  }

  get #limit() {
    const { rows: { length }, isBusy } = this.#list
    return isBusy ? Math.min(Math.max(this.#wanted, this.count), length) : length
  }
}

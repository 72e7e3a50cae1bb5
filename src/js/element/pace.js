/**
 * When to show what has changed: with a frame, but not with every one. Of a thousand uploads something changes always, and to
 * show it takes time that they want.
 */
export class Pace {
  #last = 0
  #wake = () => {}

  /** @param interval in milliseconds from one turn to the next */
  async turn(interval) {
    await new Promise(resolve => {
      this.#wake = resolve
      setTimeout(resolve, this.#last + interval - performance.now())
    })
    await frame()
    this.#last = performance.now()
  }

  /** Somebody has pressed a button, and wants to see what it does. */
  hurry() {
    this.#last = 0
    this.#wake()
  }
}

/** The next one, or a quarter of a second where the page is not shown. */
function frame() {
  return new Promise(resolve => {
    requestAnimationFrame(resolve)
    setTimeout(resolve, 250)
  })
}

const INTERVAL = 100

/** When to show what has changed: with a frame, but not with every one, for of a thousand uploads something changes always. */
export class Pace {
  #last = 0

  async turn() {
    await sleep(this.#last + INTERVAL - performance.now())
    await frame()
    this.#last = performance.now()
  }
}

const sleep = milliseconds => milliseconds > 0 && new Promise(resolve => setTimeout(resolve, milliseconds))

/** The next one, or a quarter of a second where the page is not shown. */
function frame() {
  return new Promise(resolve => {
    requestAnimationFrame(resolve)
    setTimeout(resolve, 250)
  })
}

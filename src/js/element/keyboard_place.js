/** Where the keyboard is among the buttons of the rows. A button that is pressed and gone hands it to the one in its place. */
export class KeyboardPlace {
  #root
  #place

  /** @param root gives the shadow root */
  constructor(root) {
    this.#root = root
  }

  /** @param index of the row whose button is pressed */
  note(index) {
    this.#place = { index, button: this.#buttons(index).indexOf(this.#root().activeElement) }
  }

  /** After an update. `fallback` has the keyboard where no row is left. */
  keep(fallback) {
    const place = this.#place
    this.#place = undefined
    if (!place || place.button < 0 || this.#root().activeElement) return
    const buttons = [this.#buttons(place.index), this.#buttons(place.index - 1)].find(({ length }) => length > 0) ?? []
    const next = buttons[place.button] ?? buttons.at(-1) ?? fallback
    next.focus()
  }

  #buttons(index) {
    return [...this.#root().querySelectorAll('li')[index]?.querySelectorAll('button') ?? []]
  }
}

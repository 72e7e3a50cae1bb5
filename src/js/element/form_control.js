/**
 * What a form sees of the element: the object keys that it submits, and whether it may be submitted.
 *
 * https://html.spec.whatwg.org/multipage/custom-elements.html#form-associated-custom-elements
 */
export class FormControl {
  #internals
  #customError = ''
  #shown

  constructor(internals) {
    this.#internals = internals
    internals.role = 'group'
  }

  /** What the page itself has against the files. */
  set customError(message) {
    this.#customError = String(message)
  }

  /**
   * @param rows all that are in the list
   * @param anchor the control at which the browser shows what is wrong
   */
  show({ rows, name, isRequired, isReading, words, anchor }) {
    const done = rows.filter(row => row.state === 'done')
    this.#showValue(name, done)
    const isPending = isReading || rows.some(row => !row.isOver)
    const hasFailed = rows.some(row => row.state === 'failed')
    const [flag, message] =
      this.#customError ? ['customError', this.#customError]
        : isPending ? ['badInput', words.pending]
          : hasFailed ? ['badInput', words.hasFailed]
            : isRequired && done.length === 0 ? ['valueMissing', words.valueMissing] : []
    if (flag) this.#internals.setValidity({ [flag]: true }, message, anchor ?? undefined)
    else this.#internals.setValidity({})
  }

  #showValue(name, done) {
    const shown = [name, ...done.map(row => row.id)].join()
    if (shown === this.#shown) return
    this.#shown = shown
    const value = new FormData()
    for (const { result } of done) value.append(name, result.key)
    this.#internals.setFormValue(name ? value : null, `[${done.map(row => row.saved).join()}]`)
  }
}

const connected = new Set()

const carriesFiles = ({ dataTransfer, clipboardData }) => (dataTransfer ?? clipboardData)?.types.includes('Files')

/** Whether the person is writing there: what is pasted belongs to the text. */
const isEditable = target => target?.isContentEditable || /^(input|textarea)$/i.test(target?.localName)

/** Files that are dropped on an element, or pasted on its page. */
export class DropAndPaste {
  #element
  #take
  #over

  /**
   * @param take called with the DataTransfer
   * @param over called with whether files are held above the element
   */
  constructor(element, { take, over }) {
    this.#element = element
    this.#take = take
    this.#over = over
    for (const type of ['dragenter', 'dragover']) element.addEventListener(type, this.#onOver)
    element.addEventListener('dragleave', this.#onLeave)
    element.addEventListener('drop', this.#onDrop)
    element.addEventListener('paste', this.#onPaste)
  }

  connect() {
    connected.add(this)
    document.addEventListener('paste', this.#onPagePaste)
  }

  disconnect() {
    connected.delete(this)
    document.removeEventListener('paste', this.#onPagePaste)
  }

  #onOver = event => {
    if (!carriesFiles(event)) return
    // Without this the browser would leave the page and open the file.
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    this.#over(true)
  }

  #onLeave = ({ relatedTarget }) => {
    if (!this.#element.contains(relatedTarget)) this.#over(false)
  }

  #onDrop = event => {
    this.#over(false)
    if (!carriesFiles(event)) return
    event.preventDefault()
    this.#take(event.dataTransfer)
  }

  #onPaste = event => {
    if (event.defaultPrevented || !carriesFiles(event)) return
    event.preventDefault()
    this.#take(event.clipboardData)
  }

  /** Where nothing has the keyboard, the first element of the page takes what is pasted. */
  #onPagePaste = event => {
    const [first] = connected
    if (first === this && !isEditable(event.composedPath()[0])) this.#onPaste(event)
  }
}

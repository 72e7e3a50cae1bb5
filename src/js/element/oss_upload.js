import { LitElement } from 'lit'
import { filesFrom } from '../files.js'
import { Announcer } from './announcer.js'
import { DropAndPaste } from './drop_and_paste.js'
import { FormControl } from './form_control.js'
import { KeyboardPlace } from './keyboard_place.js'
import { Pace } from './pace.js'
import { Row } from './row.js'
import { ShownRows } from './shown_rows.js'
import { style } from './style.js'
import { localeOf, texts } from './text.js'
import { Thumbnails } from './thumbnail.js'
import { UploadList } from './upload_list.js'
import { elementView } from './view.js'

// More files than anybody watches one by one.
const MANY = 50
// The name that the detail of an upload's event has beside file and task.
const DETAILS = { statechange: 'state', attempt: 'attempt', done: 'result', error: 'error', abort: 'reason' }

/** `<oss-upload>`: see element.d.ts. */
export class OssUploadElement extends LitElement {
  static formAssociated = true
  static styles = style
  static properties = {
    params: {},
    options: { attribute: false },
    name: { reflect: true },
    multiple: { type: Boolean, reflect: true },
    accept: { reflect: true },
    directory: { type: Boolean, reflect: true },
    keepPaths: { type: Boolean, reflect: true, attribute: 'keep-paths' },
    disabled: { type: Boolean, reflect: true },
    required: { type: Boolean, reflect: true },
    maxFiles: { type: Number, reflect: true, attribute: 'max-files' },
    concurrency: { type: Number, reflect: true },
    locale: { reflect: true }
  }

  #list = new UploadList(() => this.#settings, (...event) => this.#onUpload(...event))
  /** How many folders are being walked. */
  #reading = 0
  #isOver = false
  #notice = ''
  #said = ''
  #hasProgress = false
  #pace = new Pace()
  #internals = this.attachInternals()
  #control = new FormControl(this.#internals)
  #announcer = new Announcer(sentence => this.#set(() => { this.#said = sentence }), () => this.#words)
  #thumbnails = new Thumbnails(row => this.#set(() => row.changed()))
  #shown = new ShownRows(this.#list, () => this.requestUpdate())
  #place = new KeyboardPlace(() => this.renderRoot)
  #dropAndPaste = new DropAndPaste(this, {
    take: source => this.#take(source),
    over: isOver => this.#set(() => { this.#isOver = isOver && !this.#isDisabled })
  })

  constructor() {
    super()
    // A label around or for the element, and `click()`.
    this.addEventListener('click', event => {
      if (event.composedPath()[0] === this && !this.#isDisabled) this.#find('#files')?.click()
    })
  }

  // What a person looks for who knows `<input type=file>`.

  get form() { return this.#internals.form }
  get labels() { return this.#internals.labels }
  get validity() { return this.#internals.validity }
  get validationMessage() { return this.#internals.validationMessage }
  get willValidate() { return this.#internals.willValidate }
  checkValidity() { return this.#internals.checkValidity() }
  reportValidity() { return this.#internals.reportValidity() }

  setCustomValidity(message) {
    this.#control.customError = message
    this.#showToForm()
  }

  focus(options) {
    this.#find('#choose')?.focus(options)
  }

  get files() { return this.#list.rows.map(({ file }) => file).filter(Boolean) }
  get results() { return this.#list.rows.map(({ result }) => result).filter(Boolean) }
  get progress() { return this.#list.total }

  async add(source) {
    const unreadable = []
    this.#change(() => { this.#reading += 1 })
    try {
      const files = await filesFrom(source, { onUnreadable: ({ path }) => unreadable.push(path) })
      this.#change(() => this.#addFiles(files))
      if (files.length === 0) this.#notify(this.#words.nothingFound)
      if (unreadable.length > 0) this.#notify(this.#words.unreadable(unreadable[0], unreadable.length))
    } finally {
      this.#change(() => { this.#reading -= 1 })
    }
  }

  pause() {
    for (const { task } of this.#list.pending) task.pause()
  }

  resume() {
    for (const { task } of this.#list.pending) task.resume()
  }

  abort(reason = this.#cancelled) {
    for (const { task } of this.#list.pending) task.abort(reason)
  }

  retry() {
    this.#change(() => { for (const row of this.#list.failed) this.#list.start(row) })
  }

  clear() {
    this.#keep(row => !row.isOver)
  }

  // Called by the browser.

  connectedCallback() {
    super.connectedCallback()
    this.#dropAndPaste.connect()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#dropAndPaste.disconnect()
    // Nobody would see them any more, unless it is only moved to another place.
    setTimeout(() => { if (!this.isConnected) this.abort() })
  }

  formResetCallback() {
    this.#change(() => {
      this.#notice = ''
      this.#list.keep(() => false, this.#cancelled)
    })
  }

  formDisabledCallback() {
    this.requestUpdate()
  }

  formStateRestoreCallback(state) {
    this.#change(() => { this.#list.rows = JSON.parse(state).map(Row.restore) })
  }

  // Called by Lit.

  async scheduleUpdate() {
    if (this.hasUpdated) await this.#pace.turn(this.#list.rows.length > MANY ? 250 : 100)
    return super.scheduleUpdate()
  }

  willUpdate() {
    this.#shown.grow()
  }

  render() {
    return elementView({
      words: this.#words,
      locale: localeOf(this),
      isMany: this.#isMany,
      accept: this.accept,
      hasFolders: this.directory,
      isDisabled: this.#isDisabled,
      isOver: this.#isOver,
      notice: this.#reading > 0 ? this.#words.reading : this.#notice,
      said: this.#said,
      rows: this.#list.rows,
      shown: this.#shown.count,
      total: this.progress,
      thumbnails: this.#thumbnails,
      watchEnd: this.#shown.watchEnd
    }, this.#controls)
  }

  updated() {
    this.#showToForm()
    this.#place.keep(this)
    if (this.#hasProgress) {
      this.#hasProgress = false
      this.#dispatch('progress', this.progress)
    }
    if (!this.#shown.areAll) this.requestUpdate()
  }

  /** What the buttons do. */
  #controls = {
    choose: kind => this.#find(`#${kind}`).click(),
    input: ({ target }) => {
      this.#take(target)
      // The same file may be chosen again.
      target.value = ''
    },
    all: action => {
      this.#pace.hurry()
      this[action === 'cancel' ? 'abort' : action]()
    },
    row: (row, action) => {
      this.#pace.hurry()
      this.#place.note(this.#list.rows.indexOf(row))
      this.#act[action](row)
    }
  }

  #act = {
    pause: ({ task }) => task.pause(),
    resume: ({ task }) => task.resume(),
    cancel: ({ task }) => task.abort(this.#cancelled),
    retry: row => this.#change(() => this.#list.start(row)),
    remove: row => this.#keep(other => other !== row),
    details: row => this.#set(() => {
      row.isOpen = !row.isOpen
      row.changed()
    })
  }

  #find(selector) {
    return this.renderRoot?.querySelector(selector)
  }

  get #words() { return texts(localeOf(this)) }
  get #isMany() { return this.multiple || this.directory }
  /** By itself, or by the fieldset around it. */
  get #isDisabled() { return this.disabled || this.matches(':disabled') }
  get #cancelled() { return new DOMException(this.#words.cancelled, 'AbortError') }

  get #settings() {
    const { options, params, accept, concurrency, keepPaths } = this
    return { options, params, accept, concurrency, keepPaths, locale: localeOf(this) }
  }

  /** What people choose, drop and paste. */
  #take(source) {
    if (!this.#isDisabled) this.add(source)
  }

  #addFiles(files) {
    const max = this.#isMany ? this.maxFiles ?? Infinity : 1
    if (!(max >= 1)) throw new TypeError(`\`max-files\` is ${max}, but has to be a whole number, 1 or more.`)
    // As with an input: the file that is chosen next takes the place of the last.
    if (!this.#isMany && files.length > 0) this.#list.keep(() => false, this.#cancelled)
    const taken = files.slice(0, Math.max(0, max - this.#list.rows.length))
    this.#notice = ''
    if (taken.length > 0) {
      this.#announcer.count('added', taken.length)
      this.#list.add(taken)
      this.#tellChange()
    }
    if (taken.length < files.length) this.#notify(this.#words.leftOut(files.length - taken.length, max))
  }

  #keep(isKept) {
    this.#change(() => this.#list.keep(isKept, this.#cancelled))
    this.#tellChange()
  }

  #onUpload(row, type, detail) {
    this.requestUpdate()
    if (type === 'progress') this.#hasProgress = true
    else this.#dispatch(type, { file: row.file, task: row.task, [DETAILS[type]]: detail })
    if (!row.isOver || type === 'statechange') return
    this.#hasProgress = true
    this.#announcer.count(row.state, 1, this.#words.ended[row.state](row.name, row.error?.message))
    // A form may be sent as soon as the last has ended, before the next frame.
    if (!this.#list.isBusy) this.#showToForm()
    if (type === 'done') this.#tellChange()
  }

  #notify(notice) {
    this.#set(() => { this.#notice = notice })
    this.#announcer.notice(notice)
  }

  #tellChange() {
    this.dispatchEvent(new Event('change', { bubbles: true }))
  }

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }

  /** Does what changes how the element looks. */
  #set(work) {
    work()
    this.requestUpdate()
  }

  /** Does what changes what a form sees as well, which cannot wait for a frame. */
  #change(work) {
    this.#set(work)
    this.#showToForm()
  }

  #showToForm() {
    this.#control.show({
      rows: this.#list.rows,
      name: this.name,
      isRequired: this.required,
      isReading: this.#reading > 0,
      words: this.#words,
      anchor: this.#find('#choose')
    })
  }
}

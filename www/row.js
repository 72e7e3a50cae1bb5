// One file in the list: shows what its task says, and passes the visitor's wishes on to it.
//
// Its state is also in data attributes (data-task, data-state, data-code, …), for style sheets and tests.

import { settings } from './settings.js'
import { texts } from './text.js'
import * as format from './format.js'

const TERMINAL = ['done', 'failed', 'aborted']

/** Which buttons are there in which state, first to last. */
const ACTIONS = {
  queued: ['pause', 'cancel'],
  preparing: ['pause', 'cancel'],
  uploading: ['pause', 'cancel'],
  verifying: ['cancel'],
  waiting: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  done: ['remove'],
  failed: ['retry', 'remove'],
  aborted: ['retry', 'remove']
}

let rowsMade = 0

export class Row {
  /**
   * @param file the file to upload
   * @param start makes a task for the file; called again for each retry
   * @param page `{ ended(row), removed(row), isShort() }`
   */
  constructor(file, start, page) {
    this.file = file
    this.name = file.name
    this.start = start
    this.page = page
    this.element = document.querySelector('#row').content.firstElementChild.cloneNode(true)
    this.parts = Object.fromEntries(
      [...this.element.querySelectorAll('[data-part]')].map(part => [part.dataset.part, part])
    )
    this.buttons = [...this.element.querySelectorAll('[data-action]')]

    rowsMade += 1
    this.element.dataset.task = rowsMade
    this.element.dataset.name = this.name
    this.parts.name.id = `name-${rowsMade}`
    this.parts.name.textContent = this.name
    this.parts.name.title = this.name
    this.parts.kind.textContent = kindOf(this.name)
    this.parts.bar.setAttribute('aria-labelledby', this.parts.name.id)
    for (const button of this.buttons) {
      button.addEventListener('click', () => this.act(button.dataset.action))
    }
    this.run()
  }

  get state() {
    return this.task.state
  }

  get isOver() {
    return TERMINAL.includes(this.state)
  }

  /** Upload the file, for the first time or again. */
  run() {
    this.result = null
    this.error = null
    this.lastAttempt = null
    const task = this.task = this.start(this.file)
    task.addEventListener('progress', () => this.showProgress())
    task.addEventListener('statechange', () => this.show())
    task.addEventListener('attempt', event => {
      this.lastAttempt = event.detail
      this.show()
    })
    const end = () => {
      this.parts.details.open = this.page.isShort()
      this.show()
      this.page.ended(this)
    }
    task.addEventListener('done', event => {
      this.result = event.detail
      end()
    })
    task.addEventListener('error', event => {
      this.error = event.detail
      end()
    })
    task.addEventListener('abort', end)
    this.show()
  }

  act(action) {
    switch (action) {
      case 'pause':
        this.task.pause()
        break
      case 'resume':
        this.task.resume()
        break
      case 'cancel':
        this.cancel()
        break
      case 'retry':
        this.run()
        break
      case 'remove':
        this.page.removed(this)
    }
  }

  cancel() {
    this.task.abort(new DOMException(texts(settings.language).cancelledByUser, 'AbortError'))
  }

  /** Show everything anew: the state, or the language, changed. */
  show() {
    const words = texts(settings.language)
    const state = this.state
    const { dataset } = this.element
    dataset.state = state
    dataset.attempt = this.task.progress.attempt
    setOrDelete(dataset, 'code', this.error?.code ?? this.error?.name)
    setOrDelete(dataset, 'ossCode', this.error?.oss?.code)
    setOrDelete(dataset, 'verified', this.result?.verified)

    this.parts.state.textContent = words.states[state]
    const focused = this.buttons.find(button => button === document.activeElement)
    for (const button of this.buttons) {
      const { action } = button.dataset
      // Stored, though the callback failed: to upload it again would be wrong.
      const isUseless = action === 'retry' && this.error?.code === 'CALLBACK_FAILED'
      button.hidden = !ACTIONS[state].includes(action) || isUseless
      button.textContent = words.actions[action]
      button.setAttribute('aria-label', words.actionOn(words.actions[action], this.name))
    }
    // The button that was pressed may be gone: keep the keyboard's place in this row.
    if (focused?.hidden) this.buttons.find(button => !button.hidden)?.focus()
    this.showProgress()
    this.showProblem(words)
    this.showFacts(words)
  }

  showProgress() {
    const words = texts(settings.language)
    const { bar, detail } = this.parts
    const { loaded, total, ratio } = this.task.progress
    bar.hidden = this.isOver
    bar.value = ratio
    bar.setAttribute('aria-valuetext', `${Math.round(ratio * 100)} %`)
    const size = format.size(total, settings.language)
    const sent = this.state === 'uploading' ? words.loadedOf(format.size(loaded, settings.language), size) : size
    detail.textContent = [sent, ...this.pace(words), ...this.outcome(words)].join(' · ')
  }

  outcome(words) {
    if (this.error) return [this.error.code ?? this.error.name]
    if (!this.result) return []
    return [this.result.verified ? words.verified : words.notVerified]
  }

  /** Speed and time left, or how long until the next attempt. */
  pace(words) {
    const { speed, eta, attempt } = this.task.progress
    const parts = []
    if (this.state === 'uploading') {
      if (speed > 0) parts.push(format.speed(speed, settings.language))
      if (eta !== null) parts.push(words.left(format.duration(eta, settings.language)))
      if (attempt > 1) parts.push(words.attempt(attempt))
    }
    if (this.state === 'waiting') {
      const delay = this.lastAttempt?.retryDelay
      if (!navigator.onLine) parts.push(words.offline)
      else if (delay !== undefined) parts.push(words.inTime(format.elapsed(delay, settings.language)))
    }
    return parts
  }

  showProblem() {
    const { problem, message, hint } = this.parts
    problem.hidden = !this.error
    if (!this.error) return
    message.textContent = this.error.message
    hint.textContent = this.error.hint ?? ''
    hint.hidden = !this.error.hint
  }

  showFacts(words) {
    const { details, summary, facts } = this.parts
    details.hidden = !this.result && !this.error
    summary.textContent = words.details
    if (details.hidden) return
    const list = this.result ? resultFacts(this.result, this.file, words) : errorFacts(this.error, words)
    facts.replaceChildren(...list.map(([name, value]) => factElement(words.facts[name], name, value)))
  }
}

function resultFacts(result, file, words) {
  const attempts = result.attempts > 1 ? ` · ${words.attempts(result.attempts)}` : ''
  return [
    ['key', result.key],
    ['bucket', result.bucket],
    ['size', format.bytes(file.size, settings.language)],
    ['crc64', result.crc64],
    ['requestId', result.requestId],
    ['url', link(result.url)],
    ['callback', result.callback === undefined ? undefined : JSON.stringify(result.callback)],
    ['took', format.elapsed(result.elapsed, settings.language) + attempts]
  ].filter(([, value]) => value !== undefined)
}

function errorFacts(error, words) {
  const doc = error.oss?.recommendDoc
  return [
    ['code', error.code ?? error.name],
    ['phase', words.phases[error.phase]],
    ['ossCode', error.oss?.code],
    ['ossMessage', error.oss?.message],
    ['ec', error.oss?.ec],
    ['status', error.status],
    ['requestId', error.requestId],
    ['recommendDoc', doc?.startsWith('https://') ? link(doc) : doc]
  ].filter(([, value]) => value !== undefined)
}

function factElement(label, name, value) {
  const group = document.createElement('div')
  const term = document.createElement('dt')
  const description = document.createElement('dd')
  term.textContent = label
  description.dataset.fact = name
  description.append(value)
  group.append(term, description)
  return group
}

function link(address) {
  const anchor = document.createElement('a')
  anchor.href = address
  anchor.textContent = address
  anchor.target = '_blank'
  anchor.rel = 'noreferrer'
  return anchor
}

/** `PDF` for `report.pdf`: at most four letters of the extension. */
function kindOf(name) {
  const extension = /\.([a-z0-9]{1,4})$/i.exec(name)
  return extension ? extension[1].toUpperCase() : '•••'
}

function setOrDelete(dataset, name, value) {
  if (value === undefined) delete dataset[name]
  else dataset[name] = value
}

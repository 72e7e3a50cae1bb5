// What the hooks of all frameworks share: uploads as a list that a page can show, and each change of it as a new value.
import { createUploader } from './index.js'

const PUBLISH_INTERVAL = 50
const endedStates = ['done', 'failed', 'aborted']
const restingStates = ['queued', 'paused', ...endedStates]
// What is the uploader's as a whole, and cannot be a task's.
const uploaderOnly = ['concurrency', 'preload', 'abortOnUnmount']

// Plain data that a component writes down in each of its renderings is the same data.
const isSame = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other)

export class TaskList {
  #latest
  #first
  #uploader
  #entries = []
  #entryOf = new WeakMap()
  #nextId = 1
  #listeners = new Set()
  #timer
  #value

  /** @param latest gives the options as they are now: components change theirs */
  constructor(latest) {
    const { abortOnUnmount: _, ...options } = latest()
    this.#latest = latest
    // A function of the page's is looked up when it is called: the one of an old rendering sees old state.
    this.#first = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, this.#forwarded(name, value)]))
    this.#uploader = createUploader(this.#first)
    this.#listen()
    this.#value = { tasks: [], progress: this.#uploader.progress }
  }

  /** `{ tasks, progress }`: another object after each change, and the same until then. */
  get value() { return this.#value }

  /** Bound, for a page takes them apart. */
  actions = {
    add: (files, options) => this.#add(files, options),
    pause: () => this.#uploader.pause(),
    resume: () => this.#uploader.resume(),
    abort: reason => this.#uploader.abort(reason),
    retry: () => this.#retry(this.#entries.filter(({ task }) => task.state === 'failed')),
    clear: () => this.#keep(({ task }) => !endedStates.includes(task.state))
  }

  subscribe = listener => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  unmount() {
    if (this.#latest().abortOnUnmount ?? true) this.#uploader.abort()
  }

  #add(files, options) {
    const tasks = []
    try {
      for (const file of files instanceof Blob ? [files] : files) {
        const entry = { id: this.#nextId++, file, options }
        tasks.push(this.#start(entry))
        this.#entries.push(entry)
      }
    } finally {
      // What was started before one that is no file is shown.
      this.#publish()
    }
    return tasks
  }

  #forwarded(name, first) {
    if (typeof first !== 'function') return first
    return (...args) => {
      const latest = this.#latest()[name]
      return (typeof latest === 'function' ? latest : first)(...args)
    }
  }

  #start(entry) {
    const changed = Object.entries(this.#latest()).filter(([name, value]) => {
      const isForwarded = typeof value === 'function' && typeof this.#first[name] === 'function'
      return !isForwarded && !uploaderOnly.includes(name) && !isSame(value, this.#first[name])
    })
    const task = this.#uploader.add(entry.file, { ...Object.fromEntries(changed), ...entry.options })
    this.#entryOf.set(task, entry)
    Object.assign(entry, { task, result: undefined, error: undefined, view: undefined })
    return task
  }

  #retry(entries) {
    for (const entry of entries) if (['failed', 'aborted'].includes(entry.task.state)) this.#start(entry)
    this.#publish()
  }

  #keep(isKept) {
    this.#entries = this.#entries.filter(isKept)
    this.#publish()
  }

  #listen() {
    const on = (type, change) => this.#uploader.addEventListener(type, ({ detail }) => {
      const entry = this.#entryOf.get(detail.task)
      // Not the first try of what is tried again by now.
      if (entry?.task !== detail.task) return
      change(entry, detail)
      entry.view = undefined
      this.#publishSoon()
    })
    on('statechange', () => {})
    on('done', (entry, { result }) => { entry.result = result })
    on('error', (entry, { error }) => { entry.error = error })
    this.#uploader.addEventListener('progress', () => {
      for (const entry of this.#entries) if (!restingStates.includes(entry.view?.state)) entry.view = undefined
      this.#publishSoon()
    })
  }

  /** A thousand small files change state thousands of times: one rendering shows many changes. */
  #publishSoon() {
    this.#timer ??= setTimeout(() => this.#publish(), PUBLISH_INTERVAL)
  }

  #publish() {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const entry of this.#entries) entry.view ??= this.#view(entry)
    this.#value = { tasks: this.#entries.map(({ view }) => view), progress: this.#uploader.progress }
    for (const listener of this.#listeners) listener()
  }

  /** The same object as long as nothing of it changes, so that its row need not be drawn again. */
  #view(entry) {
    const { id, file, task, result, error } = entry
    return {
      id,
      file,
      name: file.name ?? '',
      state: task.state,
      progress: task.progress,
      ...result && { result },
      ...error && { error },
      pause: () => task.pause(),
      resume: () => task.resume(),
      abort: reason => task.abort(reason),
      retry: () => this.#retry([entry]),
      remove: () => {
        this.#keep(other => other !== entry)
        task.abort()
      }
    }
  }
}

// What runs in the page. Each function goes there as its source: it refers to nothing outside itself.

/** Makes an uploader for each source of parameters that are shared, and watches what nobody else does. */
export function prepare({ createUploader, isForBackend }, sources, options) {
  const soak = {
    uploaders: {},
    problems: [],
    // Of the last list of tasks as well as of all before: how often each was said to have ended.
    told: new WeakMap(),
    alive: { tasks: 0, files: 0 },
    // Requests under way, to OSS and to the backend.
    running: new Set(),
    asking: new Set(),
    // By the name of the file that is asked for.
    asks: new Map(),
    mostAtOnce: 0
  }
  globalThis.soak = soak
  soak.registry = new FinalizationRegistry(what => { soak.alive[what] -= 1 })
  for (const [name, params] of Object.entries(sources)) {
    const uploader = createUploader({ ...options, params })
    soak.uploaders[name] = uploader
    for (const type of ['done', 'error', 'abort']) {
      uploader.addEventListener(type, ({ detail: { task } }) => soak.told.set(task, (soak.told.get(task) ?? 0) + 1))
    }
  }

  const begin = request => {
    soak.running.add(request)
    soak.mostAtOnce = Math.max(soak.mostAtOnce, soak.running.size)
  }
  const { fetch } = globalThis
  globalThis.fetch = async (request, ...rest) => {
    const isAsking = isForBackend(request)
    const underWay = isAsking ? soak.asking : soak.running
    if (isAsking) {
      const name = new URL(request.url, location.href).searchParams.get('fileName')
      soak.asks.set(name, (soak.asks.get(name) ?? 0) + 1)
      soak.asking.add(request)
    } else if (request.method === 'POST') {
      begin(request)
    }
    // Firefox tells who waits for an aborted request only a moment later.
    request.signal?.addEventListener('abort', () => underWay.delete(request))
    try {
      return await fetch(request, ...rest)
    } finally {
      underWay.delete(request)
    }
  }
  const { send, abort } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (...args) {
    begin(this)
    // The first thing that an ended request tells: the next one may be sent in answer to what it tells after that.
    this.addEventListener('readystatechange', () => {
      if (this.readyState === XMLHttpRequest.DONE) soak.running.delete(this)
    })
    return send.apply(this, args)
  }
  // Chromium tells nothing of one that is aborted between its last byte and its end.
  XMLHttpRequest.prototype.abort = function () {
    abort.call(this)
    soak.running.delete(this)
  }
  // What the browser would say by itself when there is no network.
  soak.setOnline = isOnline => {
    Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => isOnline })
    dispatchEvent(new Event(isOnline ? 'online' : 'offline'))
  }

  addEventListener('error', ({ message }) => soak.problems.push(`uncaught: ${message}`))
  addEventListener('unhandledrejection', ({ reason }) => soak.problems.push(`unhandled rejection: ${reason?.stack ?? reason}`))
  console.error = (...words) => soak.problems.push(`console.error: ${words.join(' ')}`)
  // Warnings are fine, each once a page.
  const warned = new Set()
  console.warn = (...words) => {
    const text = words.join(' ')
    if (warned.has(text)) soak.problems.push(`warned again: ${text}`)
    warned.add(text)
  }
}

/** Uploads a wave; tells how each upload ended, `patience` milliseconds after the last was added at the latest. */
export async function uploadWave({ makeBytes }, { uploads, isBrief, pauses, abortAfter }, patience) {
  const { soak } = globalThis
  const { registry, alive, problems } = soak
  const uploader = soak.uploaders[isBrief ? 'brief' : 'lasting']
  const wait = ms => new Promise(resolve => setTimeout(resolve, ms))
  const hasEnded = ({ state }) => ['done', 'failed', 'aborted'].includes(state)
  const entries = []
  // What there was of an upload when it was given up: nothing may come after that.
  const note = (entry, reason) => {
    const { name } = entry.task.file
    entry.abortedIn = { state: entry.task.state, asks: soak.asks.get(name) ?? 0 }
    entry.expectedReason = reason
  }

  const add = upload => {
    const { name, size, seed, priority, watchesProgress, awaitsResult, abort, pauses } = upload
    const { type, fixedKey, params, ...options } = upload.options
    const file = new File([makeBytes(seed, size)], name, { type })
    const signal = abort?.bySignal ? new AbortController() : undefined
    const task = uploader.add(file, {
      ...options,
      priority,
      ...params && { params },
      ...fixedKey && { key: (file, dir) => dir + file.name },
      ...signal && { signal: signal.signal },
      ...watchesProgress && { onProgress() {} }
    })
    for (const [what, thing] of [['tasks', task], ['files', file]]) {
      alive[what] += 1
      registry.register(thing, what)
    }
    const entry = { task, ends: [], attempts: [], reason: { of: name } }
    entries.push(entry)
    task.addEventListener('attempt', ({ detail: { error } }) => entry.attempts.push(error?.code ?? 'ok'))
    task.addEventListener('statechange', ({ detail }) => {
      if (detail === 'preparing') entry.began ??= performance.now()
    })

    for (const type of ['done', 'error', 'abort']) {
      task.addEventListener(type, ({ detail }) => {
        entry.ends.push(type)
        entry.detail = detail
        entry.ended = performance.now()
        if (entry.ends.length > 1) problems.push(`${name} ended again: ${entry.ends}`)
      })
    }
    if (awaitsResult) task.result.then(value => { entry.settled = ['done', value] }, error => { entry.settled = ['not done', error] })

    const pause = async ({ rest }) => {
      task.pause()
      await wait(rest)
      task.resume()
    }
    const cancel = async () => {
      if (abort.delay) await wait(abort.delay)
      if (hasEnded(task)) return
      note(entry, entry.reason)
      if (signal) signal.abort(entry.reason)
      else task.abort(entry.reason)
    }
    return Promise.all([...pauses.map(plan => [plan.when, () => pause(plan)]), ...abort ? [[abort.when, cancel]] : []].map(async ([when, act]) => {
      if (typeof when === 'number') {
        await wait(when)
        await act()
      } else {
        let isFirst = true
        task.addEventListener('statechange', ({ detail }) => {
          if (detail !== when || !isFirst) return
          isFirst = false
          act()
        })
      }
    }))
  }

  await Promise.all([
    ...uploads.map(async upload => {
      await wait(upload.after)
      await add(upload)
    }),
    ...pauses.map(async ({ after, rest }) => {
      await wait(after)
      uploader.pause()
      await wait(rest)
      uploader.resume()
    }),
    (async () => {
      if (abortAfter === undefined) return
      await wait(abortAfter)
      const reason = { of: 'all' }
      for (const entry of entries) {
        if (!hasEnded(entry.task)) note(entry, reason)
      }
      uploader.abort(reason)
    })()
  ])
  await Promise.race([uploader.idle(), wait(patience)])
  // Promises that settle with the last event do so a moment later.
  await wait(0)

  return {
    records: Object.fromEntries(entries.map(({ task, ends, attempts, began, ended, detail, abortedIn, expectedReason, settled }) => [task.file.name, {
      state: task.state,
      progress: task.progress,
      ends,
      attempts,
      asks: soak.asks.get(task.file.name) ?? 0,
      elapsed: began === undefined ? 0 : ended - began,
      told: soak.told.get(task) ?? 0,
      abortedIn,
      hasReason: detail === expectedReason,
      settled: settled?.[0],
      settledAlike: !settled || settled[1] === detail,
      code: detail?.code,
      message: detail?.message,
      result: task.state === 'done' ? detail : undefined
    }])),
    problems: problems.splice(0),
    listed: uploader.tasks.length,
    running: soak.running.size,
    asking: soak.asking.size,
    mostAtOnce: soak.mostAtOnce,
    memory: globalThis.memories.map(memory => memory.buffer.byteLength)
  }
}

/** How many tasks and files are still held by somebody. Nobody can order a collection of garbage; much of it brings one about. */
export async function countAlive(_, limit) {
  const { alive } = globalThis.soak
  for (let round = 0; round < 300 && (alive.tasks > limit || alive.files > limit); round += 1) {
    globalThis.garbage = Array.from({ length: 200_000 }, () => ({ round }))
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  delete globalThis.garbage
  return { ...alive }
}

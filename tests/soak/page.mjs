// What runs in the page. Each function goes there as its source: it refers to nothing outside itself.

/** Makes the one uploader, and watches what nobody else does. */
export function prepare({ createUploader, isForBackend }, options) {
  const soak = {
    uploader: createUploader(options),
    problems: [],
    // Of the last list of tasks as well as of all before: how often each was said to have ended.
    told: new WeakMap(),
    alive: { tasks: 0, files: 0 },
    running: new Set(),
    asked: 0, posts: 0, mostAtOnce: 0
  }
  globalThis.soak = soak
  soak.registry = new FinalizationRegistry(what => { soak.alive[what] -= 1 })
  for (const type of ['done', 'error', 'abort']) {
    soak.uploader.addEventListener(type, ({ detail: { task } }) => soak.told.set(task, (soak.told.get(task) ?? 0) + 1))
  }

  const { fetch } = globalThis
  globalThis.fetch = (request, ...rest) => {
    soak.asked += isForBackend(request)
    return fetch(request, ...rest)
  }
  const { send, abort } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (...args) {
    soak.posts += 1
    soak.running.add(this)
    soak.mostAtOnce = Math.max(soak.mostAtOnce, soak.running.size)
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
export async function uploadWave({ makeBytes }, { uploads, pauses, abortAfter }, patience) {
  const { soak } = globalThis
  const { uploader, registry, alive, problems } = soak
  const wait = ms => new Promise(resolve => setTimeout(resolve, ms))
  const hasEnded = ({ state }) => ['done', 'failed', 'aborted'].includes(state)
  const entries = []

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
    const entry = { task, ends: [], reason: { of: name }, wasAborted: false }
    entries.push(entry)

    for (const type of ['done', 'error', 'abort']) {
      task.addEventListener(type, ({ detail }) => {
        entry.ends.push(type)
        entry.detail = detail
        if (entry.ends.length > 1) problems.push(`${name} ended again: ${entry.ends}`)
      })
    }
    if (awaitsResult) task.result.then(value => { entry.settled = ['done', value] }, error => { entry.settled = ['not done', error] })

    const pause = async ({ rest }) => {
      task.pause()
      await wait(rest)
      task.resume()
    }
    const cancel = () => {
      if (hasEnded(task)) return
      entry.wasAborted = true
      entry.expectedReason = entry.reason
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
        if (hasEnded(entry.task)) continue
        entry.wasAborted = true
        entry.expectedReason ??= reason
      }
      uploader.abort(reason)
    })()
  ])
  await Promise.race([uploader.idle(), wait(patience)])
  // Promises that settle with the last event do so a moment later.
  await wait(0)

  return {
    records: Object.fromEntries(entries.map(({ task, ends, detail, wasAborted, expectedReason, settled }) => [task.file.name, {
      state: task.state,
      progress: task.progress,
      ends,
      told: soak.told.get(task) ?? 0,
      wasAborted,
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
    mostAtOnce: soak.mostAtOnce,
    asked: soak.asked,
    posts: soak.posts,
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

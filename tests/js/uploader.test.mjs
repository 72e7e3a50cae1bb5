// `src/js` above an engine that only remembers what it was told: who hears what, and when.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAllOptions } from '../../src/js/options.js'
import { UploadError } from '../../src/js/upload_error.js'
import { UploadTask } from '../../src/js/task.js'
import { Uploader } from '../../src/js/uploader.js'

const file = new File(['abc'], 'a.txt')
const progress = { loaded: 1, total: 3, ratio: 1 / 3, speed: 0, eta: null, state: 'uploading', attempt: 1 }
const result = { key: 'a.txt', bucket: 'b', url: 'https://b.example.com/a.txt', verified: true, status: 204, attempts: 1, elapsed: 1 }
const failure = { code: 'NETWORK', phase: 'post', retryable: true, message: 'It broke.', hint: 'Mend it.' }
const turn = () => new Promise(resolve => setTimeout(resolve))

/** An engine whose uploads are told what to do by the test: { engine, queues, uploads }. */
function fakeEngine() {
  const queues = []
  const uploads = []
  class Queue {
    calls = []
    constructor(concurrency) {
      this.concurrency = concurrency
      queues.push(this)
    }

    add(options, listener) {
      const upload = { options, listener, calls: [] }
      for (const name of ['pause', 'resume', 'watch', 'abort']) upload[name] = (...values) => upload.calls.push([name, ...values])
      uploads.push(upload)
      return upload
    }

    pause() { this.calls.push('pause') }
    resume() { this.calls.push('resume') }
  }
  return { engine: async () => ({ Queue }), queues, uploads }
}

function start(options = {}, engine) {
  const fake = fakeEngine()
  return { ...fake, uploader: new Uploader(engine ?? fake.engine, readAllOptions({ params: '/p', ...options }, 'createUploader')) }
}

function listen(target, ...types) {
  const heard = []
  for (const type of types) target.addEventListener(type, ({ detail }) => heard.push([type, detail]))
  return heard
}

test('an upload that is done: its events, and its result', async () => {
  const { uploader, uploads } = start()
  const states = []
  const task = uploader.add(file, { onStateChange: state => states.push(state) })
  const heard = listen(task, 'statechange', 'progress', 'attempt', 'done', 'error', 'abort')
  await turn()
  const [{ listener }] = uploads
  listener.state('uploading')
  listener.progress(progress)
  listener.attempt({ attempt: 1, elapsed: 1, sent: 3 })
  listener.state('done')
  listener.done(result)
  assert.deepEqual(heard, [
    ['statechange', 'uploading'], ['progress', progress], ['attempt', { attempt: 1, elapsed: 1, sent: 3 }],
    ['statechange', 'done'], ['done', result]
  ])
  assert.deepEqual(states, ['uploading', 'done'])
  assert.equal(await task.result, result)
  assert.equal(task.state, 'done')
})

test('after the end nothing is heard any more', async () => {
  const { uploader, uploads } = start()
  const task = uploader.add(file)
  const heard = listen(task, 'statechange', 'progress', 'attempt', 'done', 'error', 'abort')
  await turn()
  const [{ listener, calls }] = uploads
  listener.failed(failure)
  const { length } = heard
  for (const [name, value] of Object.entries({ state: 'waiting', progress, attempt: { attempt: 1 }, done: result, failed: failure, refused: 'no' })) listener[name](value)
  task.abort()
  task.pause()
  task.resume()
  assert.equal(heard.length, length)
  assert.equal(task.state, 'failed')
  assert.deepEqual(calls, [])
})

test('failures become errors; what the page threw stays what it is', async () => {
  const { uploader, uploads } = start()
  const [first, second] = [uploader.add(file), uploader.add(file)]
  const attempts = listen(first, 'attempt')
  await turn()
  uploads[0].listener.attempt({ attempt: 1, elapsed: 1, sent: 0, error: failure })
  uploads[0].listener.failed(failure)
  uploads[1].listener.refused('not today')
  const error = await first.result.catch(thrown => thrown)
  assert.ok(error instanceof UploadError)
  assert.deepEqual({ ...error, message: error.message }, failure)
  assert.ok(attempts[0][1].error instanceof UploadError)
  assert.equal(attempts[0][1].error.message, 'It broke.')
  assert.equal(await second.result.catch(thrown => thrown), 'not today')
})

test('an abort is heard before abort() returns, and then told to the engine', async () => {
  const { uploader, uploads } = start()
  const task = uploader.add(file)
  const heard = listen(task, 'statechange', 'abort')
  await turn()
  task.abort('enough')
  assert.deepEqual(heard, [['statechange', 'aborted'], ['abort', 'enough']])
  assert.deepEqual(uploads[0].calls, [['abort']])
  assert.equal(await task.result.catch(reason => reason), 'enough')

  const other = uploader.add(file)
  other.abort()
  assert.equal((await other.result.catch(reason => reason)).name, 'AbortError')
  await turn()
  assert.equal(uploads.length, 1, 'it never reached the engine')
})

test('abort() of thousands: those under way at once, the others in several turns, and none starts meanwhile', async () => {
  const { uploader, queues, uploads } = start()
  const tasks = Array.from({ length: 2000 }, () => uploader.add(file))
  const ends = []
  uploader.addEventListener('abort', ({ detail }) => {
    ends.push(detail)
    // As long as 20,000 take where nothing is slow.
    const until = performance.now() + 0.1
    while (performance.now() < until);
  })
  await turn()
  const last = tasks.at(-1)
  uploads.at(-1).listener.state('uploading')
  let turns = 0
  const timer = setInterval(() => { turns += 1 }).unref()
  uploader.abort('enough')
  assert.equal(ends[0].task, last)
  assert.equal(tasks[1998].state, 'queued')
  assert.equal(queues[0].calls.at(-1), 'pause')
  // What is added meanwhile is not meant.
  const later = uploader.add(file)
  await Promise.allSettled(tasks.map(task => task.result))
  clearInterval(timer)
  await turn()
  assert.equal(new Set(ends.map(({ task }) => task)).size, 2000)
  assert.ok(ends.every(({ reason }) => reason === 'enough'))
  assert.ok(turns > 5, `${turns} turns`)
  assert.equal(queues[0].calls.at(-1), 'resume')
  assert.equal(later.state, 'queued')

  uploader.pause()
  uploader.abort()
  await uploader.idle()
  assert.equal(queues[0].calls.at(-1), 'pause', 'a queue that rests does not go on for that')
})

test('an event is heard by who listens, however late', async () => {
  const { uploader, uploads } = start()
  const task = uploader.add(file)
  await turn()
  const { listener } = uploads[0]
  listener.state('preparing')
  const heard = listen(task, 'statechange')
  const once = listen(uploader, 'statechange')
  listener.state('uploading')
  assert.deepEqual(heard, [['statechange', 'uploading']])
  assert.deepEqual(once, [['statechange', { task, state: 'uploading' }]])
})

test('a signal aborts with its reason, and is let go at the end', async () => {
  const { uploader, uploads } = start()
  const reason = { mine: true }
  const listeners = new Set()
  const signal = {
    aborted: false, reason: undefined,
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener)
  }
  const [first, second] = [uploader.add(file, { signal }), uploader.add(file, { signal })]
  await turn()
  uploads[0].listener.done(result)
  assert.equal(listeners.size, 1)
  signal.reason = reason
  for (const listener of listeners) listener()
  assert.equal(await second.result.catch(thrown => thrown), reason)
  assert.equal(listeners.size, 0)
  assert.equal(first.state, 'done')

  const late = uploader.add(file, { signal: AbortSignal.abort(reason) })
  const heard = listen(late, 'abort')
  assert.equal(await late.result.catch(thrown => thrown), reason)
  assert.deepEqual(heard, [['abort', reason]])
})

test('what is asked before the engine is there is not lost', async () => {
  const { uploader, queues, uploads } = start({ concurrency: 2 })
  const [paused, resumed, watched] = [uploader.add(file), uploader.add(file), uploader.add(file)]
  paused.pause()
  resumed.pause()
  resumed.resume()
  watched.addEventListener('progress', () => {})
  assert.deepEqual([paused.state, resumed.state], ['paused', 'queued'])
  uploader.pause()
  await turn()
  assert.equal(queues[0].concurrency, 2)
  assert.deepEqual(queues[0].calls, ['pause'])
  assert.deepEqual(uploads[0].calls, [['pause']])
  assert.deepEqual(uploads.map(({ options }) => options.watched), [false, false, true])
  uploader.resume()
  assert.deepEqual(queues[0].calls, ['pause', 'resume'])
  assert.deepEqual(uploads[0].calls, [['pause'], ['resume']])
})

test('who listens late for progress is told to the engine', async () => {
  const { uploader, uploads } = start()
  const task = uploader.add(file)
  await turn()
  task.addEventListener('done', () => {})
  assert.deepEqual(uploads[0].calls, [])
  uploader.addEventListener('progress', () => {})
  assert.deepEqual(uploads[0].calls, [['watch']])
  uploader.add(file)
  await turn()
  assert.equal(uploads[1].options.watched, true)
})

test('the progress of a task, step by step', async () => {
  const { uploader, uploads } = start()
  const task = uploader.add(file)
  const seen = (async () => {
    const seen = []
    for await (const { loaded } of task) seen.push(loaded)
    return seen
  })()
  await turn()
  for (const loaded of [1, 2, 3]) {
    uploads[0].listener.progress({ ...progress, loaded })
    await turn()
  }
  uploads[0].listener.done(result)
  assert.deepEqual(await seen, [1, 2, 3])
})

test('an error in a callback is reported, and the upload goes on', async context => {
  const reported = []
  globalThis.reportError = error => reported.push(error.message)
  context.after(() => delete globalThis.reportError)
  const { uploader, uploads } = start()
  const task = uploader.add(file, {
    onProgress() { throw new Error('of onProgress') },
    onStateChange() { throw new Error('of onStateChange') },
    onAttempt() { throw new Error('of onAttempt') }
  })
  await turn()
  uploads[0].listener.progress(progress)
  uploads[0].listener.attempt({ attempt: 1, elapsed: 1, sent: 3 })
  uploads[0].listener.done(result)
  assert.equal(await task.result, result)
  assert.deepEqual(reported, ['of onProgress', 'of onAttempt', 'of onStateChange'])
})

test('an engine that cannot be loaded fails the upload; the next one tries again', async () => {
  let loads = 0
  const { engine, uploads } = fakeEngine()
  const { uploader } = start({}, async () => {
    loads += 1
    if (loads === 1) throw new Error('no network')
    return engine()
  })
  const task = uploader.add(file)
  const heard = listen(task, 'statechange', 'error')
  const error = await task.result.catch(thrown => thrown)
  assert.equal(error.message, 'no network')
  assert.deepEqual(heard, [['statechange', 'failed'], ['error', error]])
  uploader.add(file)
  await turn()
  assert.equal(uploads.length, 1)
})

test('a file or an option that is refused disturbs nothing else', async () => {
  const { uploader, uploads } = start()
  const task = uploader.add(file)
  const mine = new Error('mine')
  const unnamed = Object.defineProperty(new File([], 'a'), 'name', { get() { throw mine } })
  assert.throws(() => uploader.add(unnamed), error => error === mine)
  assert.throws(() => uploader.add(file, { get key() { throw mine } }), error => error === mine)
  assert.throws(() => uploader.add('a.txt'), TypeError)
  assert.throws(() => uploader.add(file, { locale: 'fr' }), TypeError)
  assert.throws(() => uploader.add(file, null), TypeError)
  assert.deepEqual(uploader.tasks, [task])
  await turn()
  assert.equal(uploads.length, 1)
})

test("an uploader's options hold for each file; a file may have its own", async () => {
  const { uploader, uploads } = start({ verify: false, metadata: { a: '1' } })
  uploader.add(file)
  uploader.add(file, { metadata: { b: '2' }, verify: undefined })
  uploader.add(file, { params: '/other' })
  uploader.add(file, { anonymous: true })
  await turn()
  assert.deepEqual(uploads.map(({ options }) => options.metadata), [[['a', '1']], [['b', '2']], [['a', '1']], [['a', '1']]])
  assert.deepEqual(uploads.map(({ options }) => options.verify), [false, false, false, false])
  assert.deepEqual(uploads.map(({ options }) => options.sharesParams), [true, true, false, false])
  assert.equal(uploads[2].options.request.url, '/other')
})

test('an uploader tells of all its tasks, and when none is left', async () => {
  const { uploader, uploads } = start()
  const heard = listen(uploader, 'statechange', 'progress', 'done', 'error', 'abort')
  const tasks = [uploader.add(file), uploader.add(file), uploader.add(file)]
  let isIdle = false
  const idle = uploader.idle().then(() => { isIdle = true })
  await turn()
  uploads[0].listener.done(result)
  uploads[1].listener.failed(failure)
  await turn()
  assert.equal(isIdle, false)
  assert.equal(uploader.progress.pending, 1)
  tasks[2].abort('enough')
  await idle
  const ends = heard.filter(([type]) => ['done', 'error', 'abort'].includes(type))
  assert.deepEqual(ends.map(([type, { task }]) => [type, tasks.indexOf(task)]), [['done', 0], ['error', 1], ['abort', 2]])
  assert.equal(ends[0][1].result, result)
  assert.equal(ends[2][1].reason, 'enough')
  // What failed or was aborted does not count.
  assert.deepEqual(heard.at(-1), ['progress', { loaded: 3, total: 3, ratio: 1, speed: 0, eta: null, pending: 0 }])
  const next = uploader.add(file)
  assert.deepEqual(uploader.tasks, [next])
  next.abort()
  await uploader.idle()
})

/** How often the tasks' states are asked for while each of so many ends: by an abort, or by the engine. */
async function countLooks(count, end) {
  const { uploader, uploads } = start()
  const state = Object.getOwnPropertyDescriptor(UploadTask.prototype, 'state')
  const progress = Object.getOwnPropertyDescriptor(UploadTask.prototype, 'progress')
  const tasks = Array.from({ length: count }, () => uploader.add(file))
  await turn()
  let looks = 0
  const counting = property => ({ ...property, get() { looks += 1; return property.get.call(this) } })
  Object.defineProperties(UploadTask.prototype, { state: counting(state), progress: counting(progress) })
  try {
    end({ uploader, uploads, tasks })
    await uploader.idle()
  } finally {
    Object.defineProperties(UploadTask.prototype, { state, progress })
  }
  return looks
}

test('ends look at no other task, however many there are', async () => {
  const ends = {
    'abort of all': ({ uploader }) => uploader.abort(),
    'abort one by one': ({ tasks }) => { for (const task of tasks) task.abort() },
    'ended by the engine': ({ uploads }) => { for (const { listener } of uploads) listener.done(result) },
    'added after each end': ({ uploader, tasks }) => { for (const task of tasks) { task.abort(); uploader.add(file).abort() } }
  }
  for (const [name, end] of Object.entries(ends)) {
    const [few, many] = [await countLooks(50, end), await countLooks(500, end)]
    assert.ok(many <= Math.max(few, 1) * 10, `${name}: ${few} looks for 50, ${many} for 500`)
  }
})

test('a listener that adds a file again at each abort does not make abort() endless', async () => {
  const { uploader } = start()
  uploader.add(file)
  uploader.addEventListener('abort', () => uploader.add(file))
  uploader.abort()
  assert.deepEqual(uploader.tasks.map(({ state }) => state), ['queued'])
})

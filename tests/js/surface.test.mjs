// The public functions, as long as nothing is loaded.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { surface } from '../../src/js/surface.js'

const pieces = surface(() => assert.fail('loaded'))
const { createUploader, crc64, normalizeParams, upload } = pieces
const file = new Blob(['abc'])

test('what is malformed is refused before anything is loaded', async () => {
  for (const [promise, message] of [
    [upload('a.txt', { params: '/p' }), 'The file is "a.txt", but has to be a File or Blob.'],
    [upload(file), 'The options of upload is undefined, but has to be an object.'],
    [upload(file, { params: '/p', verify: 'no' }), '`verify` is "no", but has to be true or false.'],
    [crc64('abc'), 'The file is "abc", but has to be a File or Blob.'],
    [crc64(file, { signal: new AbortController() }), '`signal` is an object, but has to be an AbortSignal.'],
    [normalizeParams({}, { allowedHosts: 'a.example.com' }), '`allowedHosts` is "a.example.com", but has to be an array of strings.'],
    [normalizeParams({}, 'anonymous'), 'The options of normalizeParams is "anonymous", but has to be an object.']
  ]) await assert.rejects(promise, { name: 'TypeError', message })
  assert.throws(() => createUploader({}), { name: 'TypeError', message: /^`params` is undefined, / })
  assert.throws(() => createUploader({ params: '/p', concurrency: 0 }), { name: 'TypeError', message: '`concurrency` is 0, but has to be a whole number, 1 or more.' })
})

test('an upload whose signal is aborted already rejects with its reason', async () => {
  const reason = { mine: true }
  const signal = AbortSignal.abort(reason)
  for (const promise of [upload(file, { params: '/p', signal }), crc64(file, { signal })]) {
    assert.equal(await promise.catch(thrown => thrown), reason)
  }
})

/** What is loaded, and how a browser's idle time comes: { loads, pass(): it comes }. */
function useIdleTime(context, idleCallback) {
  const idle = []
  const loads = []
  if (idleCallback) globalThis.requestIdleCallback = work => idle.push(work)
  else globalThis.XMLHttpRequest = class {}
  context.after(() => {
    delete globalThis.requestIdleCallback
    delete globalThis.XMLHttpRequest
  })
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const pass = async () => {
    for (const work of idle.splice(0)) work()
    context.mock.timers.tick(1000)
    await null
  }
  const { createUploader, ready } = surface(async () => {
    loads.push('load')
    throw new Error('no network')
  })
  return { createUploader, loads, pass, ready }
}

for (const idleCallback of [true, false]) {
  const by = idleCallback ? 'requestIdleCallback' : 'a timeout'
  test(`an uploader loads the engine when the page is idle, by ${by}; a failure is silent`, async context => {
    const { createUploader, loads, pass, ready } = useIdleTime(context, idleCallback)
    const unhandled = []
    const hear = reason => unhandled.push(reason)
    process.on('unhandledRejection', hear)
    context.after(() => process.off('unhandledRejection', hear))
    createUploader({ params: '/p' })
    assert.deepEqual(loads, [], 'not at once')
    await pass()
    assert.deepEqual(loads, ['load'])
    await new Promise(resolve => setImmediate(resolve))
    await new Promise(resolve => setImmediate(resolve))
    assert.deepEqual(unhandled, [])
    await assert.rejects(ready(), /no network|Cannot find/)
    assert.deepEqual(loads, ['load', 'load'], 'the first use tries again, and tells')
  })

  test(`\`preload: false\` loads nothing, by ${by}`, async context => {
    const { createUploader, loads, pass } = useIdleTime(context, idleCallback)
    createUploader({ params: '/p', preload: false })
    await pass()
    assert.deepEqual(loads, [])
  })
}

test('on a server an uploader loads nothing', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const loads = []
  surface(async () => loads.push('load')).createUploader({ params: '/p' })
  context.mock.timers.tick(1000)
  await null
  assert.deepEqual(loads, [])
})

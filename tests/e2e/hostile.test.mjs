// Whatever a page hands over, and whatever it has made of the browser's own functions: an error, and the next upload
// succeeds. A trap would end the module for good.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useWorld } from './world.mjs'

const world = useWorld()

test('every type of value at every entry', async () => {
  await world.openBlank()
  const seen = await world.run(async ({ createUploader, crc64, normalizeParams, parsePolicy, upload }) => {
    const cyclic = {}
    cyclic.self = cyclic
    const thrower = new Proxy({}, { get() { throw new TypeError('mine') } })
    const values = [
      undefined, null, true, false, 0, -1, 1.5, NaN, Infinity, 2 ** 60, 1n, '', 'text', '\ud800', 'x'.repeat(100_000), Symbol('s'),
      [], [undefined], [[]], {}, cyclic, thrower, Object.create(null), () => {}, () => { throw 'text' }, async () => cyclic, class {},
      new Map(), new Date(), /x/, new Error('mine'), new Blob(['x']), new ArrayBuffer(8), new Uint8Array(8), document, globalThis, Promise.resolve(1)
    ]
    const names = [
      'params', 'key', 'contentType', 'fields', 'metadata', 'callbackVars', 'signal', 'onProgress', 'onStateChange', 'onAttempt',
      'retry', 'stallTimeout', 'verify', 'allowedHosts', 'validate', 'anonymous', 'locale', 'concurrency', 'priority'
    ]
    const nested = { params: ['url', 'href', 'method', 'headers', 'credentials', 'query', 'body'], retry: ['attempts', 'minDelay', 'maxDelay'], validate: ['minSize', 'maxSize', 'accept'] }
    const records = ['fields', 'metadata', 'callbackVars', 'allowedHosts']
    const params = () => ({})
    const file = () => new File(['x'], 'a')
    const named = name => Object.defineProperty(new File(['x'], 'a'), 'name', { get: () => name })
    const late = []
    addEventListener('error', event => {
      late.push(String(event.error ?? event.message))
      event.preventDefault()
    })
    addEventListener('unhandledrejection', ({ reason }) => late.push(String(reason)))

    const calls = []
    for (const value of values) {
      calls.push(
        () => upload(value, { params }),
        () => upload(file(), value),
        () => upload(named(value), { params }),
        () => upload(file(), { params: () => value }),
        () => upload(file(), { params: async () => { throw value } }),
        () => upload(file(), { params, key: () => value }),
        () => upload(file(), { params, validate: () => { throw value } }),
        () => createUploader(value).add(file()).result,
        () => createUploader({ params }).add(value).result,
        () => createUploader({ params }).add(file(), value).result,
        () => parsePolicy(value),
        () => normalizeParams(value),
        () => normalizeParams({}, value),
        () => normalizeParams({ url: value, fields: value, host: value, policy: value, dir: value }, { anonymous: true }),
        () => crc64(value),
        () => crc64(new Blob(['x']), value)
      )
      for (const name of names) {
        calls.push(() => upload(file(), { params, retry: false, [name]: value }))
        for (const part of nested[name] ?? []) calls.push(() => upload(file(), { params, [name]: { [part]: value } }))
      }
      for (const name of records) calls.push(() => upload(file(), { params, [name]: name === 'allowedHosts' ? [value] : { a: value } }))
      for (const method of ['pause', 'resume', 'abort']) {
        calls.push(() => {
          const task = createUploader({ params }).add(file())
          task[method](value)
          task.resume()
          return task.result
        })
      }
    }
    // What ends in some other way than with an error that is the library's or the page's own.
    const odd = []
    const isTrap = error => error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error instanceof ReferenceError
    let ended = 0
    await Promise.all(calls.map(async call => {
      try {
        await call()
      } catch (error) {
        if (isTrap(error)) odd.push(`${call}: ${error}`)
      }
      ended += 1
    }))
    const { verified } = await upload(new File(['after'], 'after.bin'), { params: '/api/upload-params' })
    return { calls: calls.length, ended, odd, verified, late: late.filter(text => /RuntimeError|unreachable|memory access|null function|recursive use/.test(text)) }
  })
  console.log(`${seen.calls} calls`)
  assert.equal(seen.ended, seen.calls)
  assert.deepEqual(seen.odd, [])
  assert.deepEqual(seen.late, [])
  assert.equal(seen.verified, true)
})

// Name: what the page does to the browser, and what its upload then ends with.
const spoiled = {
  'a fetch that rejects with a text': ["globalThis.fetch = () => Promise.reject('no error')", 'UploadError'],
  'a fetch that throws': ["globalThis.fetch = () => { throw 'no error' }", 'UploadError'],
  'a fetch that gives no response': ['globalThis.fetch = async () => undefined', 'UploadError'],
  'a JSON.stringify that throws': ["JSON.stringify = () => { throw new Error('mine') }", 'TypeError'],
  'a name that throws': ["Object.defineProperty(file, 'name', { get() { throw new TypeError('mine') } })", 'TypeError']
}

for (const [name, [spoil, expected]] of Object.entries(spoiled)) {
  test(`${name}: ${expected}, and the next upload succeeds`, async () => {
    await world.openBlank()
    const seen = await world.run(async ({ ready, upload }, spoil) => {
      await ready()
      const { fetch } = globalThis
      const { stringify } = JSON
      const file = new File(['x'], 'spoiled.bin')
      const { default: doSpoil } = await import(`data:text/javascript,export default file => { ${encodeURIComponent(spoil)} }`)
      doSpoil(file)
      const first = await upload(file, { params: { url: '/api/upload-params', body: {} }, retry: { attempts: 2, minDelay: 1, maxDelay: 1 } })
        .then(() => 'done', error => error.name)
      globalThis.fetch = fetch
      JSON.stringify = stringify
      const { verified } = await upload(new File(['after'], 'after.bin'), { params: '/api/upload-params' })
      return { first, verified }
    }, spoil)
    assert.deepEqual(seen, { first: expected, verified: true })
  })
}

// A network that misbehaves on the way to OSS, or to the backend: every upload ends, and as the table says. Prints the
// table that it checked.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { KiB, MiB } from './bytes.mjs'
import { startNetwork } from './network.mjs'
import { cell, isOne, toTable } from './table.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

const ATTEMPTS = 4
const done = { state: 'done', attempts: 1, asks: 1, stored: true, verified: true }
const failed = (code, rest) => ({ state: 'failed', code, attempts: ATTEMPTS, asks: 1, stored: false, ...rest })
// A browser sends a request again by itself when a connection that was kept open is reset before an answer has begun.
const orOneLess = attempts => [attempts - 1, attempts]

// [weather on the way to OSS, expected, options]
const toOss = [
  [{}, done],
  [{ latency: 150 }, done],
  [{ bandwidth: 200 * KiB }, done],
  // Slow, and slower than the stall timer for all of it, but never silent.
  [{ bandwidth: 64 * KiB }, done, { size: 256 * KiB, stallTimeout: 1500 }],
  [{ resetAt: 0, times: 2 }, { ...done, attempts: orOneLess(3) }],
  [{ resetAt: 0 }, failed('NETWORK')],
  [{ resetAt: 100, times: 2 }, { ...done, attempts: orOneLess(3) }],
  [{ resetAt: 100 }, failed('NETWORK')],
  [{ resetAt: 100 * KiB, times: 2 }, { ...done, attempts: orOneLess(3) }],
  [{ resetAt: 100 * KiB }, failed('NETWORK')],
  // All has arrived, so OSS has stored it, whatever becomes of the answer.
  [{ resetAnswerAt: 0, times: 1 }, { ...done, attempts: orOneLess(2) }],
  [{ resetAnswerAt: 0 }, failed('NETWORK', { stored: true })],
  [{ resetAnswerAt: 10, times: 1 }, { ...done, attempts: orOneLess(2) }],
  [{ resetAnswerAt: 10 }, failed('NETWORK', { stored: true })],
  [{ resetAnswerAt: 100 }, failed('NETWORK', { stored: true })],
  [{ silentAt: 100, times: 1 }, { ...done, attempts: 2 }, { size: KiB, stallTimeout: 500 }],
  [{ silentAt: 100 }, failed('STALLED'), { size: KiB, stallTimeout: 500 }],
  [{ silentAt: 64 * KiB, times: 1 }, { ...done, attempts: 2 }, { size: 64 * MiB, stallTimeout: 1500, onlyWatched: true }],
  [{ silentAnswerAt: 0, times: 1 }, { ...done, attempts: 2 }, { size: KiB, stallTimeout: 500 }],
  [{ silentAnswerAt: 0 }, failed('STALLED', { stored: true }), { size: KiB, stallTimeout: 500 }],
  [{ silentAnswerAt: 50 }, failed('STALLED', { stored: true }), { size: KiB, stallTimeout: 500 }],
  [{ flipAt: 100 * KiB, times: 1 }, { ...done, attempts: 2 }],
  [{ flipAt: 100 * KiB }, failed('INTEGRITY', { stored: true })]
]

// [weather on the way to the backend, expected, options]
const refused = (code, rest) => failed(code, { attempts: 0, asks: ATTEMPTS, ...rest })
const toBackend = [
  [{ latency: 150 }, done],
  [{ bandwidth: 4 * KiB }, done],
  [{ resetAt: 0, times: 1 }, { ...done, asks: orOneLess(2) }],
  [{ resetAt: 0 }, refused('NETWORK')],
  [{ resetAnswerAt: 10, times: 1 }, { ...done, asks: orOneLess(2) }],
  [{ resetAnswerAt: 10 }, refused('NETWORK')],
  // In the middle of its JSON.
  [{ resetAnswerAt: 600, times: 1 }, { ...done, asks: 2 }],
  [{ resetAnswerAt: 600 }, refused('NETWORK')],
  [{ silentAnswerAt: 0, times: 1 }, { ...done, asks: 2 }, { stallTimeout: 500 }],
  [{ silentAnswerAt: 0 }, refused('STALLED'), { stallTimeout: 300 }],
  [{ silentAnswerAt: 600 }, refused('STALLED'), { stallTimeout: 300 }]
]

const table = []
after(() => {
  const columns = ['state', 'code', 'attempts', 'asks', 'stored', 'verified']
  const lines = table.map(({ title, expected, observed }) => [title, ...columns.map(name => cell(expected[name], observed[name]))])
  console.log(toTable([['weather', ...columns], ...lines]))
})

let number = 0

function check(where, weather, expected, { size = 256 * KiB, onlyWatched = false, ...options } = {}) {
  for (const watched of onlyWatched ? [true] : [true, false]) {
    number += 1
    const name = `network-${number}.bin`
    const title = `to ${where}: ${JSON.stringify(weather)}${watched ? '' : ', nobody listens for progress'}`
    test(title, async () => {
      const network = await startNetwork(where === 'OSS' ? world.standin.oss : world.standin.site, where === 'OSS' ? weather : {})
      try {
        await world.openBlank(where === 'OSS' ? undefined : network.origin)
        await world.run(({ ready }) => ready())
        network.weather = where === 'OSS' ? weather : { request: 'GET /api/', ...weather }
        const { message, ...seen } = await world.run(uploadAndWatch, { name, size, watched, oss: where === 'OSS' ? network.origin : undefined, ...options })
        const observed = { ...seen, code: seen.code ?? undefined, verified: seen.verified ?? undefined, stored: (await world.objects(name)).length > 0 }
        table.push({ title, expected, observed })
        for (const [what, value] of Object.entries(expected)) {
          assert.ok(isOne(value, observed[what]), `${what}: ${observed[what]} instead of ${value}; ${message ?? ''}`)
        }
        assert.equal(observed.ends, 1, 'it ends once')
        assert.ok(network.requests > 0, 'the weather was met')
      } finally {
        network.close()
      }
    })
  }
}

/** In the page: one upload, and how it went. */
async function uploadAndWatch({ createUploader, makeBytes, isForBackend }, { name, size, watched, oss, ...options }) {
  let asks = 0
  const { fetch } = globalThis
  globalThis.fetch = (request, ...rest) => {
    asks += isForBackend(request)
    return fetch(request, ...rest)
  }
  // The backend's answer leads through the network.
  const throughNetwork = async ({ file: { name, size, type }, signal }) => {
    const answer = await globalThis.fetch(`/api/upload-params?${new URLSearchParams({ fileName: name, size, type })}`, { signal })
    return { ...await answer.json(), Endpoint: oss }
  }
  const uploader = createUploader({
    params: oss ? throughNetwork : '/api/upload-params',
    retry: { attempts: 4, minDelay: 20, maxDelay: 100 },
    ...options
  })
  let attempts = 0
  let ends = 0
  const task = uploader.add(new File([makeBytes(9, size)], name))
  if (watched) task.addEventListener('progress', () => {})
  task.addEventListener('attempt', () => { attempts += 1 })
  for (const type of ['done', 'error', 'abort']) task.addEventListener(type, () => { ends += 1 })
  const end = await task.result.catch(error => error)
  await new Promise(resolve => setTimeout(resolve, 0))
  globalThis.fetch = fetch
  return { state: task.state, code: end.code, message: end.message, verified: end.verified, attempts, asks, ends }
}

for (const [weather, expected, options] of toOss) check('OSS', weather, expected, options)
for (const [weather, expected, options] of toBackend) check('the backend', weather, expected, options)

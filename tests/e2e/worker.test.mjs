// The library in a dedicated worker, where there is no window.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KiB, makeBytes, sha256 } from './bytes.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

test('an upload in a worker: progress, checksum and abort', async () => {
  await world.openBlank()
  const seen = await world.run(inWorker, 300 * KiB)
  assert.deepEqual(seen.problem, undefined)
  assert.equal(seen.hasWindow, false)
  assert.equal(seen.verified, true)
  assert.equal(seen.loaded, 300 * KiB)
  assert.equal(seen.reason, 'enough')
  const [stored] = await world.objects('in-worker.bin')
  assert.equal(stored.sha256, sha256(makeBytes(7, 300 * KiB)))
})

/** Runs in the page. */
function inWorker({ makeBytes }, size) {
  const source = `
    import { upload } from '${location.origin}/pkg/index.js'
    const makeBytes = ${makeBytes}
    const params = '${location.origin}/api/policy/v4'
    try {
      let loaded = 0
      const file = new File([makeBytes(7, ${size})], 'in-worker.bin')
      const { verified } = await upload(file, { params, onProgress: progress => { loaded = progress.loaded } })
      const abort = new AbortController()
      const slow = new File([new Uint8Array(20_000_000)], 'fault=slow@1000000.bin')
      const aborted = upload(slow, { params, signal: abort.signal, onProgress: () => abort.abort('enough') })
      const reason = await aborted.catch(reason => reason)
      postMessage({ hasWindow: 'window' in globalThis, verified, loaded, reason })
    } catch (error) {
      postMessage({ problem: String(error) })
    }`
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { type: 'module' })
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = event => reject(new Error(event.message ?? 'the worker could not be loaded'))
  })
}

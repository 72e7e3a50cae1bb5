// Many files at once: parameters that expire under their hands, faults here and there, and the bucket
// that PrepareUpload leads to.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KiB, makeBytes, sha256 } from './bytes.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

/** In the page: upload all files through one queue; how each ended, and how often the backend was asked. */
async function uploadAll({ createUploader, makeBytes, isForBackend }, files, { params, concurrency, before }) {
  let asked = 0
  const { fetch } = globalThis
  globalThis.fetch = (request, ...rest) => {
    asked += isForBackend(request)
    return fetch(request, ...rest)
  }
  const uploader = createUploader({
    params,
    concurrency,
    key: (file, dir) => dir + file.name,
    retry: { attempts: 4, minDelay: 20, maxDelay: 200 }
  })
  const add = ({ name, size, seed }) => uploader.add(new File([makeBytes(seed, size)], name))
  let running = 0
  let mostRunning = 0
  const terminal = ['done', 'failed', 'aborted']
  const was = new Map()
  const active = state => ['preparing', 'uploading', 'verifying'].includes(state)
  uploader.addEventListener('statechange', ({ detail: { task, state } }) => {
    running += active(state) - active(was.get(task))
    was.set(task, state)
    mostRunning = Math.max(mostRunning, running)
  })
  const ends = new Map()
  for (const type of ['done', 'error', 'abort']) {
    uploader.addEventListener(type, ({ detail: { task } }) => ends.set(task, (ends.get(task) ?? 0) + 1))
  }
  if (before) {
    await add(before).result
    // Until the parameters that the first file left behind have expired.
    await new Promise(resolve => setTimeout(resolve, before.wait))
  }
  const tasks = files.map(add)
  await uploader.idle()
  globalThis.fetch = fetch
  const settled = await Promise.allSettled(tasks.map(task => task.result))
  return {
    asked,
    mostRunning,
    states: tasks.map(task => task.state),
    isOver: tasks.every(task => terminal.includes(task.state)),
    ends: tasks.map(task => ends.get(task)),
    attempts: settled.map(({ value }) => value?.attempts),
    problems: settled.filter(({ status }) => status === 'rejected').map(({ reason }) => String(reason))
  }
}

const sixFiles = suffix => Array.from({ length: 6 }, (_, index) => ({ name: `six-${index}${suffix}`, size: 64 * KiB, seed: 100 + index }))

async function assertAllStored(files) {
  const stored = new Map((await world.objects()).map(object => [object.key.slice(object.key.lastIndexOf('/') + 1), object]))
  for (const { name, size, seed } of files) {
    assert.equal(stored.get(name)?.sha256, sha256(makeBytes(seed, size)), name)
  }
}

test('six in parallel, and OSS takes their shared parameters no more: one refresh, six successes', async () => {
  const files = sixFiles(',fault=expired@1.bin')
  await world.openBlank()
  // So slow that the second answer is of another second, and so another policy.
  const seen = await world.run(uploadAll, files, { params: '/api/policy/v1?fault=slow@1200', concurrency: 6 })
  console.log(`asked ${seen.asked} times, attempts ${seen.attempts}, at most ${seen.mostRunning} at once`)
  assert.deepEqual(seen.problems, [])
  assert.deepEqual(seen.attempts, [2, 2, 2, 2, 2, 2])
  assert.equal(seen.asked, 2)
  await assertAllStored(files)
})

test('shared parameters that expired meanwhile are replaced once for six', async () => {
  const files = sixFiles(',waited.bin')
  await world.openBlank()
  const seen = await world.run(uploadAll, files, {
    params: '/api/policy/v4?fault=expires@2',
    concurrency: 6,
    before: { name: 'first.bin', size: 1, seed: 1, wait: 2500 }
  })
  console.log(`asked ${seen.asked} times, attempts ${seen.attempts}`)
  assert.deepEqual(seen.problems, [])
  assert.equal(seen.asked, 2)
  await assertAllStored(files)
})

test('1,000 files of 4 KiB, concurrency 6, one in five with a fault: all stored, byte for byte', async () => {
  const faults = ['http500@1', 'http503@2', 'throttle@1', 'lost-answer@1', 'lost-answer@2', 'request-timeout@1', 'expired@1']
  const random = new Uint32Array(makeBytes(2026, 8 * 1000).buffer)
  const files = Array.from({ length: 1000 }, (_, index) => {
    const fault = random[2 * index] % 5 === 0 ? `,fault=${faults[random[2 * index + 1] % faults.length]}` : ''
    return { name: `many-${index}${fault}.bin`, size: 4 * KiB, seed: 5000 + index }
  })
  await world.openBlank()
  const seen = await world.run(uploadAll, files, { params: '/api/policy/v1', concurrency: 6 })
  const withFault = files.filter(({ name }) => name.includes('fault=')).length
  const posts = (await world.posts('/many-')).length
  console.log(`${withFault} of 1000 with a fault; ${posts} posts; asked ${seen.asked} times; at most ${seen.mostRunning} at once`)
  assert.deepEqual(seen.problems, [])
  assert.ok(withFault > 150 && withFault < 250)
  assert.ok(posts >= 1000 + withFault)
  assert.equal(seen.mostRunning, 6)
  assert.ok(seen.ends.every(count => count === 1), 'one terminal event each')
  const keys = (await world.objects('/many-')).map(object => object.key)
  assert.equal(keys.length, 1000)
  await assertAllStored(files)
})

test('PrepareUpload: the form goes to the physical bucket, with a policy for it', async () => {
  await world.openBlank()
  const seen = await world.run(async ({ upload, normalizeParams, parsePolicy, makeBytes }) => {
    const answer = await (await fetch('/api/ens/upload-params?fileName=ens.bin&size=1000&type=')).json()
    const params = await normalizeParams(answer)
    const { conditions } = await parsePolicy(answer.Policy ?? answer.policy)
    const result = await upload(new File([makeBytes(3, 1000)], 'ens.bin'), { params: () => answer })
    return { params, conditions, result }
  })
  const physical = 'test-standin'
  assert.equal(seen.params.bucket, physical)
  assert.deepEqual(seen.conditions.filter(({ field }) => field === 'bucket'), [{ operator: 'eq', field: 'bucket', value: physical }])
  assert.equal(seen.result.bucket, physical)
  assert.equal(seen.result.verified, true)
  const [object, ...others] = await world.objects('ens.bin')
  assert.deepEqual(others, [])
  assert.equal(object.bucket, physical)
  assert.equal(object.sha256, sha256(makeBytes(3, 1000)))
})

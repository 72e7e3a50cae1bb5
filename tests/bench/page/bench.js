// What is measured, in the page. Each function gives plain numbers, times in ms.
import * as checksums from './checksums.js'
import { watchTasks } from './tasks.js'
// Of tests/e2e.
import { watchMemory } from './wasm_memory.js'

const contender = file => import(`/contenders/${file}.js`)
const chosen = () => document.querySelector('#files').files[0]

async function clock(work) {
  const began = performance.now()
  const value = await work()
  return { ms: performance.now() - began, value }
}

/** Runs `work` of a contender that is loaded, and counts what it tells of its progress. */
async function measured(file, work) {
  const library = await contender(file)
  await library.ready?.()
  let events = 0
  const tasks = watchTasks()
  const { ms, value } = await clock(() => work(library, () => { events += 1 }))
  return { ms, events, longest: await tasks.longest(), verified: value?.verified }
}

/** The chosen file. */
const one = (file, options) => measured(file, (library, onProgress) => library.send(chosen(), { ...options, onProgress }))

const makeFiles = (count, size, crc64) => {
  const bytes = new Uint8Array(size)
  return Array.from({ length: count }, (_, index) => new File([bytes], `${index}_crc64-${crc64}.bin`))
}

/** Many small files. */
function many(file, count, { size, crc64, ...options }) {
  const files = makeFiles(count, size, crc64)
  return measured(file, (library, onProgress) => library.pool(files, { ...options, onProgress }))
}

/** From `import()` to the resolved promise, in a page that has nothing else. */
async function first(path, options) {
  const file = new File([new Uint8Array(1024)], 'first.bin')
  const tasks = watchTasks()
  const { ms } = await clock(async () => {
    const { send, upload } = await import(path)
    if (send) await send(file, { ...options, onProgress() {} })
    else await upload(file, { params: '/params', onProgress() {} })
  })
  return { ms, longest: await tasks.longest() }
}

let prepared

/** What a page does that is ready before a person has chosen a file: an uploader, or the code of a contender. */
async function prepare(path) {
  const { createUploader, send } = await import(path)
  const uploader = createUploader?.({ params: '/params' })
  uploader?.addEventListener('progress', () => {})
  prepared = uploader
    ? file => uploader.add(file).result
    : file => send(file, { onProgress() {} })
}

async function firstOfPrepared() {
  const file = new File([new Uint8Array(1024)], 'first.bin')
  const tasks = watchTasks()
  const { ms } = await clock(() => prepared(file))
  return { ms, longest: await tasks.longest() }
}

let queue

/** A queue of so many files that does not move; what is kept alive is in `queue`. */
async function fill(file, count) {
  const library = await contender(file)
  await library.ready?.()
  const files = makeFiles(count, 16, 0)
  if (library.still) queue = library.still()
  else {
    const uploader = library.createUploader({ params: () => new Promise(() => {}), concurrency: 6 })
    queue = {
      add: files => files.forEach(file => uploader.add(file)),
      abort() {
        uploader.abort()
        return uploader.idle()
      }
    }
  }
  return (await clock(() => queue.add(files))).ms
}

async function empty() {
  const tasks = watchTasks()
  const { ms } = await clock(() => queue.abort())
  queue = undefined
  return { ms, longest: await tasks.longest() }
}

/** As many files that each end at once, for the page does not allow them: the cost of ending, without a network. */
async function refuse(count) {
  const { createUploader, ready } = await contender('ours')
  await ready()
  const files = makeFiles(count, 16, 0)
  const uploader = createUploader({ params: '/params', concurrency: 6, validate: { maxSize: 1 } })
  let ended = 0
  uploader.addEventListener('error', () => { ended += 1 })
  const tasks = watchTasks()
  const { ms } = await clock(() => {
    for (const file of files) uploader.add(file)
    return uploader.idle()
  })
  if (ended !== count) throw new Error(`${ended} of ${count} ended with an error`)
  return { ms, longest: await tasks.longest() }
}

/** How fast the chosen file is hashed or only read, in GB/s, and what came out. */
async function speed(way, where) {
  const blob = chosen()
  const work = await checksums.prepare(way, where, blob)
  const tasks = watchTasks()
  const { ms, value } = await clock(work)
  return { speed: blob.size / ms / 1e6, value: String(value), longest: await tasks.longest() }
}

/** Bytes of the modules' memories. */
const wasmMemory = () => globalThis.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)

watchMemory()
globalThis.bench = { one, many, first, prepare, firstOfPrepared, fill, empty, refuse, speed, wasmMemory, hasByob: checksums.hasByob }

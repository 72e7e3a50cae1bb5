// How large files are read for their checksum: into buffers of the library's own where the engine has such readers, else as
// the stream gives it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MiB } from './bytes.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

for (const hasBuffers of [true, false]) {
  test(`a file of 9 MiB is verified ${hasBuffers ? 'as this engine reads it' : 'where no reader takes buffers'}`, async context => {
    await world.openBlank()
    const { verified, modes, canRead } = await world.run(async ({ upload, makeBytes }, size, hasBuffers) => {
      const file = new File([makeBytes(7, size)], 'reading.bin')
      const modes = []
      let canRead = true
      try { new Blob().stream().getReader({ mode: 'byob' }) } catch { canRead = false }
      const { getReader } = ReadableStream.prototype
      ReadableStream.prototype.getReader = function (options) {
        if (options && !hasBuffers) throw new TypeError('not here')
        const reader = Reflect.apply(getReader, this, options ? [options] : [])
        modes.push(options?.mode ?? 'as it comes')
        return reader
      }
      const { stream } = Blob.prototype
      let streams = 0
      Blob.prototype.stream = function () {
        // Those of the answers to requests are no blobs'.
        if (this.size === size) streams += 1
        return Reflect.apply(stream, this, [])
      }
      const { verified } = await upload(file, { params: '/api/upload-params', onProgress() {} })
      return { verified: verified && streams === 1, modes, canRead }
    }, 9 * MiB + 77, hasBuffers)
    context.diagnostic(`${canRead ? 'has' : 'has not'} readers that take buffers: ${modes}`)
    assert.ok(verified)
    assert.equal(modes.includes('byob'), hasBuffers && canRead)
  })
}

test('a read into a buffer that is never answered: the rest is read as it comes, and from then on all', async () => {
  await world.openBlank()
  const { sums, expected, modes, canRead } = await world.run(async ({ crc64, makeBytes }, size) => {
    const modes = []
    let canRead = true
    try { new Blob().stream().getReader({ mode: 'byob' }) } catch { canRead = false }
    const file = new Blob([makeBytes(7, size)])
    const expected = await crc64(file)
    const { getReader } = ReadableStream.prototype
    ReadableStream.prototype.getReader = function (options) {
      const reader = Reflect.apply(getReader, this, options ? [options] : [])
      modes.push(options?.mode ?? 'as it comes')
      let reads = 0
      const { read } = reader
      if (options) reader.read = view => (reads += 1) > 3 ? new Promise(() => {}) : Reflect.apply(read, reader, [view])
      return reader
    }
    return { sums: [await crc64(file), await crc64(file)], expected, modes, canRead }
  }, 9 * MiB + 77)
  assert.deepEqual(sums, [expected, expected])
  assert.deepEqual(modes, canRead ? ['byob', 'as it comes', 'as it comes'] : ['as it comes', 'as it comes'])
})

// In the page: a blob whose stream is what `source` says, and what comes of its checksum.
const sumOfStream = async ({ crc64, ready }, size, how) => {
  await ready()
  const unhandled = []
  addEventListener('unhandledrejection', event => unhandled.push(String(event.reason)))
  const controller = new AbortController()
  let pulls = 0
  let isCancelled = false
  const source = {
    pull(stream) {
      pulls += 1
      if (pulls === 3 && how === 'ends early') {
        stream.close()
        stream.byobRequest?.respond(0)
      } else if (pulls === 3 && how === 'fails') {
        stream.error(new DOMException('it is gone', 'NotReadableError'))
      } else {
        if (pulls === 3 && how === 'is aborted') controller.abort('enough')
        stream.enqueue(new Uint8Array(65536))
      }
    },
    cancel() { isCancelled = true }
  }
  const blob = new Blob([new Uint8Array(size)])
  let takesBuffers = true
  try { new Blob().stream().getReader({ mode: 'byob' }) } catch { takesBuffers = false }
  const { stream } = Blob.prototype
  Blob.prototype.stream = function () {
    if (this.size !== size) return Reflect.apply(stream, this, [])
    return new ReadableStream(takesBuffers ? { ...source, type: 'bytes' } : source)
  }
  const failure = await crc64(blob, { signal: controller.signal }).then(sum => `sum ${sum}`, error => String(error?.name ?? error))
  await new Promise(resolve => setTimeout(resolve, 100))
  return { failure, isCancelled, unhandled }
}

for (const [how, failure, isCancelled] of [
  ['ends early', 'undefined', false], ['fails', 'NotReadableError', false], ['is aborted', 'enough', true]
]) {
  test(`a stream that ${how}: no checksum, and nothing goes on`, async () => {
    await world.openBlank()
    assert.deepEqual(await world.run(sumOfStream, 5 * MiB, how), { failure, isCancelled, unhandled: [] })
  })
}

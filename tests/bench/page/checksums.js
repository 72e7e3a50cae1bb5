// The ways to hash a file, and to only read it, which no hash of it can beat.

const MiB = 2 ** 20
// hash-wasm is given what it takes best; its own example reads so.
const forHashWasm = 4 * MiB

const slices = size => async function * (blob) {
  for (let start = 0; start < blob.size; start += size) yield new Uint8Array(await blob.slice(start, start + size).arrayBuffer())
}

async function * stream(blob) {
  const reader = blob.stream().getReader()
  for (let read; !(read = await reader.read()).done;) yield read.value
}

/** Into two buffers, again and again. Chromium at times never answers such a read: then the rest is read as it comes. */
async function * byob(blob) {
  const reader = blob.stream().getReader({ mode: 'byob' })
  let free = new ArrayBuffer(MiB)
  let next = reader.read(new Uint8Array(MiB))
  for (let at = 0; ;) {
    const read = await Promise.race([next, new Promise(resolve => { setTimeout(resolve, 1000) })])
    if (!read) return yield * stream(blob.slice(at))
    if (read.done) return
    next = reader.read(new Uint8Array(free))
    free = read.value.buffer
    at += read.value.length
    yield read.value
  }
}

export const reading = { 'BYOB stream': byob, 'slices of 16 MiB': slices(16 * MiB), 'stream()': stream }

export function hasByob() {
  try {
    new Blob().stream().getReader({ mode: 'byob' })
    return true
  } catch {
    return false
  }
}

/** A file whose bytes are at hand: what is left is the hash itself, and the way into the module. Which bytes, is all the same. */
function atHand(size) {
  const piece = new ArrayBuffer(forHashWasm)
  const pieces = () => {
    let left = size
    const take = most => {
      const length = Math.min(left, most)
      left -= length
      return length
    }
    if (!hasByob()) {
      return new ReadableStream({
        pull(controller) {
          const length = take(MiB)
          if (length > 0) controller.enqueue(new Uint8Array(piece, 0, length))
          else controller.close()
        }
      })
    }
    return new ReadableStream({
      type: 'bytes',
      autoAllocateChunkSize: MiB,
      pull(controller) {
        const length = take(controller.byobRequest.view.byteLength)
        if (length === 0) controller.close()
        controller.byobRequest.respond(length)
      }
    })
  }
  const read = async (from, to) => to - from === piece.byteLength ? piece : piece.slice(0, to - from)
  return Object.defineProperties(new Blob(), {
    size: { value: size },
    slice: { value: (from, to = size) => Object.defineProperties(new Blob(), { arrayBuffer: { value: () => read(from, Math.min(to, size)) } }) },
    arrayBuffer: { value: () => read(0, size) },
    stream: { value: pieces }
  })
}

async function hashWasm(blob) {
  const { createCRC64 } = await import('/contenders/hash_wasm.js')
  const hasher = await createCRC64()
  return async () => {
    hasher.init()
    for await (const bytes of slices(forHashWasm)(blob)) hasher.update(bytes)
    return BigInt(`0x${hasher.digest()}`)
  }
}

async function ours(blob) {
  const { crc64, ready } = await import('/contenders/ours.js')
  await ready()
  return () => crc64(blob)
}

const onlyRead = read => blob => async () => {
  let size = 0
  for await (const bytes of read(blob)) size += bytes.length
  return size
}

/** The work that is to be measured; what it needs is loaded already. */
export async function prepare(way, where, blob) {
  const source = where === 'at hand' ? atHand(blob.size) : blob
  if (way === 'ours') return ours(source)
  if (way === 'hash-wasm') return hashWasm(source)
  return onlyRead(reading[way])(source)
}

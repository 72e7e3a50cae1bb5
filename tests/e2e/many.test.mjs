// Ten thousands of files: what each takes in memory while it waits, and that an end looks at no others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchMemory } from './wasm_memory.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

// In the page: the same twice with so many files; what it took, by count.
const queueAndAbort = async ({ createUploader, ready }, counts, watchMemory) => {
  new Function(`(${watchMemory})()`)()
  await ready()
  const [memory] = globalThis.memories
  const turn = () => new Promise(resolve => setTimeout(resolve))
  const file = new File(['x'], 'x.bin')
  const results = {}
  for (const count of counts) {
    const uploader = createUploader({ params: () => new Promise(() => {}), concurrency: 6 })
    for (let i = 0; i < count; i += 1) uploader.add(file)
    await turn()
    const bytes = memory.buffer.byteLength
    const began = performance.now()
    uploader.abort()
    await uploader.idle()
    await turn()
    const ms = performance.now() - began
    const best = Math.min(ms, results[count]?.ms ?? Infinity)
    results[count] = { bytes: results[count]?.bytes ?? bytes, ms: best }
  }
  return results
}

test('a file that waits takes less than 1 kB of wasm memory, and aborting all takes a time that grows with their number', async context => {
  await world.openBlank()
  const results = await world.run(queueAndAbort, [2_500, 2_500, 2_500, 20_000, 20_000], String(watchMemory))
  const { 2500: few, 20000: many } = results
  const each = (many.bytes - few.bytes) / 17_500
  context.diagnostic(`${each.toFixed(0)} bytes each; abort of 2,500 in ${few.ms.toFixed(0)} ms, of 20,000 in ${many.ms.toFixed(0)} ms`)
  assert.ok(each < 1000, `${each} bytes each`)
  // 8 times as many: quadratic, it would be 64 times as long.
  assert.ok(many.ms < few.ms * 24 + 50, JSON.stringify(results))
})

// The file's bytes do not go through WebAssembly: its memory is as big after 300 MiB as after 5 MiB.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { MiB } from './bytes.mjs'
import { until } from './wait.mjs'
import { watchMemory } from './wasm_memory.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

test('linear memory after 5 MiB and after 300 MiB', async () => {
  const small = await world.folder.write('memory-5.bin', 5 * MiB)
  const large = await world.folder.write('memory-300.bin', 300 * MiB)
  await world.openPage()
  // The page's policy allows scripts of its own site only.
  await writeFile(join(world.www.path, 'watch.js'), `(${watchMemory})()`)
  await world.driver.executeScript("document.head.append(Object.assign(document.createElement('script'), { src: '/watch.js' }))")
  await until('it watches', () => world.driver.executeScript('return globalThis.memories !== undefined'))
  const measure = () => world.driver.executeScript('return globalThis.memories.map(memory => memory.buffer.byteLength)')

  await world.choose(small)
  await world.untilRow(small.name, 'done')
  const afterSmall = await measure()
  await world.choose(large)
  await world.untilRow(large.name, 'done')
  const afterLarge = await measure()

  console.log(`wasm linear memory: ${afterSmall} bytes after 5 MiB, ${afterLarge} bytes after 300 MiB`)
  assert.equal(afterSmall.length, 1, 'one module, with one memory')
  assert.deepEqual(afterLarge, afterSmall)
})

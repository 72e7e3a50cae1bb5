// What a long queue costs beside the uploads themselves: to fill it, to end its files one after the other, to empty it.
import { addTo, makeResult } from '../results.mjs'
import { takeTurns } from '../contenders.mjs'

// Uppy's queue takes minutes for more.
const mostOfUppy = 1000
const rowOf = (name, count) => `${name}, ${count.toLocaleString('en')} files`

export async function queue(world, { rounds, sizes: { queue: counts } }) {
  const facts = { unit: 'ms', digits: 1 }
  const queued = makeResult('queue', 'queued', 'Files put into the queue', facts)
  const ended = makeResult('queue', 'ended', "Files that end at once, for the page's own limits", facts)
  const aborted = makeResult('queue', 'aborted', 'Files of a queue aborted', facts)
  const longest = makeResult('queue', 'longest', 'Longest task while files of a queue are aborted', { unit: 'ms' })
  const heap = makeResult('queue', 'heap', 'Heap that a queued file takes, its File included', { unit: 'bytes' })
  const wasm = makeResult('queue', 'wasm', 'WebAssembly memory that a queued file takes', { unit: 'bytes' })
  const turns = counts.flatMap(count => [
    { name: 'ours', file: 'ours', count },
    ...count <= mostOfUppy ? [{ name: 'Uppy', file: 'uppy', count }] : []
  ])

  await world.withPage(page => takeTurns(turns, rounds, async ({ name, file, count }) => {
    const row = rowOf(name, count)
    await page.open()
    // What is loaded and made with the first files is not the queue's.
    await page.call('fill', file, 5)
    await page.call('empty')
    const before = { heap: await page.heap(), wasm: await page.call('wasmMemory') }
    addTo(queued, row, await page.call('fill', file, count))
    if (before.heap !== undefined) addTo(heap, row, (await page.heap() - before.heap) / count)
    if (name === 'ours') addTo(wasm, row, (await page.call('wasmMemory') - before.wasm) / count)
    const seen = await page.call('empty')
    addTo(aborted, row, seen.ms)
    addTo(longest, row, seen.longest)
    if (name === 'ours') addTo(ended, row, (await page.call('refuse', count)).ms)
  }))
  return [queued, ended, aborted, longest, heap, wasm]
}

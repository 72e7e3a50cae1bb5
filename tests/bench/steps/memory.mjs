// What a page notices of a very large file: memory, how long its main thread is busy, and how often it hears of progress.
import { contenders, takeTurns } from '../contenders.mjs'
import { sparseFile } from '../files.mjs'
import { watchPages } from '../processes.mjs'
import { addTo, makeResult } from '../results.mjs'

const names = ['ours, verified', 'XHR + FormData']

export async function memory(world, { rounds, sizes: { memory: mebibytes } }) {
  const title = `One file of ${mebibytes} MiB`
  const ours = ['ours, verified']
  const growth = makeResult('memory', 'growth', `${title}: the page's process grows by`, { unit: 'MiB' })
  const longest = makeResult('memory', 'longest', `${title}: longest task`, { unit: 'ms' })
  const busy = makeResult('memory', 'busy', `${title}: main thread busy`, { unit: 'ms', ours })
  const events = makeResult('memory', 'events', `${title}: progress events`, { unit: 'events' })
  const times = makeResult('memory', 'time', `${title}: time`, { unit: 'ms', ours })
  const file = await sparseFile(world.folder.path, mebibytes)
  const warmUp = await sparseFile(world.folder.path, 16)

  await takeTurns(names, rounds, name => world.withPage(async page => {
    const { file: source, options } = contenders[name]
    const upload = () => page.call('one', source, options)
    await page.choose(warmUp)
    await upload()
    await page.choose(file)
    // Collected, where that can be asked for.
    await page.heap()
    const processes = watchPages(page.pid)
    const busyBefore = await page.mainThread()
    await world.sink.counts()
    const seen = await upload()
    addTo(growth, name, processes.growth())
    const { bytes } = await world.sink.counts()
    if (bytes < file.size) throw new Error(`${name}: ${bytes} of ${file.size} bytes arrived`)
    if (options?.verify && !seen.verified) throw new Error(`${name}: not verified`)
    addTo(longest, name, seen.longest)
    if (busyBefore !== undefined) addTo(busy, name, (await page.mainThread() - busyBefore) * 1000)
    addTo(events, name, seen.events)
    addTo(times, name, seen.ms)
  }))
  return [growth, longest, busy, events, times]
}

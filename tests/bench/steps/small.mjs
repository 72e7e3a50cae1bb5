// Many small files, six at once, with shared upload parameters.
import { KiB } from '../../e2e/bytes.mjs'
import { contenders, takeTurns } from '../contenders.mjs'
import { crc64OfZeros } from '../files.mjs'
import { addTo, makeResult } from '../results.mjs'

const size = 16 * KiB
const limit = 6

export async function small(world, { rounds, sizes: { small: count } }) {
  const title = `${count.toLocaleString('en')} files of 16 KiB, ${limit} at once`
  const ours = ['ours, verified', 'ours, not verified']
  const times = makeResult('small', 'time', title, { unit: 'ms', ours })
  const busy = makeResult('small', 'busy', `${title}: main thread busy`, { unit: 'ms', ours })
  const longest = makeResult('small', 'longest', `${title}: longest task`, { unit: 'ms' })
  const crc64 = await crc64OfZeros(size)

  await world.withPage(page => takeTurns(Object.keys(contenders), rounds, async name => {
    const { file, options } = contenders[name]
    const upload = count => page.call('many', file, count, { size, crc64, limit, ...options })
    await page.open()
    await upload(Math.min(count, 20))
    await world.sink.counts()
    const before = await page.mainThread()
    const seen = await upload(count)
    if (before !== undefined) addTo(busy, name, (await page.mainThread() - before) * 1000)
    const { posts } = await world.sink.counts()
    if (posts !== count) throw new Error(`${name}: ${posts} of ${count} files arrived`)
    if (options?.verify && !seen.verified) throw new Error(`${name}: not verified`)
    addTo(times, name, seen.ms)
    addTo(longest, name, seen.longest)
  }))
  return [times, busy, longest]
}

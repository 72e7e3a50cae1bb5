// One large file with progress, chosen from the disk.
import { contenders, takeTurns } from '../contenders.mjs'
import { sparseFile } from '../files.mjs'
import { addTo, makeResult } from '../results.mjs'

// ali-oss reads a file into memory before it sends it: not a way for a file of this size.
const names = Object.keys(contenders).filter(name => name !== 'ali-oss')

export async function large(world, { rounds, sizes: { large: mebibytes } }) {
  const title = `One file of ${mebibytes} MiB, with progress`
  const ours = ['ours, verified', 'ours, not verified']
  const times = makeResult('large', 'time', title, { unit: 'ms', ours })
  const longest = makeResult('large', 'longest', `${title}: longest task`, { unit: 'ms' })
  const file = await sparseFile(world.folder.path, mebibytes)
  const warmUp = await sparseFile(world.folder.path, 8)

  await world.withPage(async page => {
    const upload = async (name, size) => {
      const { file: source, options } = contenders[name]
      const seen = await page.call('one', source, options)
      const { bytes } = await world.sink.counts()
      if (bytes < size) throw new Error(`${name}: ${bytes} of ${size} bytes arrived`)
      if (options?.verify && !seen.verified) throw new Error(`${name}: not verified`)
      return seen
    }
    await page.choose(warmUp)
    await world.sink.counts()
    for (const name of names) await upload(name, warmUp.size)
    await page.choose(file)
    await takeTurns(names, rounds, async name => {
      const seen = await upload(name, file.size)
      addTo(times, name, seen.ms)
      addTo(longest, name, seen.longest)
    })
  })
  return [times, longest]
}

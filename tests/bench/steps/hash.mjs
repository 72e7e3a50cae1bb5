// CRC-64 of a file, beside hash-wasm and beside only reading the file in the ways that the browser has.
import { takeTurns } from '../contenders.mjs'
import { randomFile } from '../files.mjs'
import { addTo, makeResult, median } from '../results.mjs'

const hashes = ['ours', 'hash-wasm']
const onlyReading = 'only reading: '
const readings = ['BYOB stream', 'slices of 16 MiB', 'stream()']

export async function hash(world, { rounds, sizes: { hash: mebibytes } }) {
  const title = `CRC-64 of ${mebibytes} MiB`
  const facts = { unit: 'GB/s', digits: 2, better: 'more', ours: ['ours'] }
  const ofFile = makeResult('hash', 'file', `${title}, a file`, facts)
  const atHand = makeResult('hash', 'at hand', `${title}, bytes at hand`, facts)
  const longest = makeResult('hash', 'longest', `${title}, a file: longest task`, { unit: 'ms' })
  const bound = makeResult('hash', 'bound', '', facts)
  const file = await randomFile(world.folder.path, mebibytes)

  await world.withPage(async page => {
    await page.choose(file)
    const possible = readings.filter(way => way !== 'BYOB stream')
    if (await page.call('hasByob')) possible.unshift('BYOB stream')
    const turns = [...hashes, ...possible].map(way => ({ way, where: 'file' }))
    turns.push(...hashes.map(way => ({ way, where: 'at hand' })))
    const measure = async ({ way, where }) => {
      const { speed, value, longest } = await page.call('speed', way, where)
      const expected = hashes.includes(way) ? file.crc64 : String(file.size)
      if (where === 'file' && value !== expected) throw new Error(`${way}: ${value}, not ${expected}`)
      return { speed, longest }
    }
    for (const turn of turns) await measure(turn)
    await takeTurns(turns, rounds, async turn => {
      const { way, where } = turn
      const row = hashes.includes(way) ? way : onlyReading + way
      const seen = await measure(turn)
      addTo(where === 'file' ? ofFile : atHand, row, seen.speed)
      if (where === 'file') addTo(longest, row, seen.longest)
    })
    const [fastest, speeds] = Object.entries(ofFile.rows).filter(([row]) => row.startsWith(onlyReading))
      .toSorted(([, a], [, b]) => median(b) - median(a))[0]
    Object.assign(bound, {
      title: `${title} beside the fastest way to read, ${fastest.slice(onlyReading.length)}`,
      rows: { ours: ofFile.rows.ours, 'only reading': speeds }
    })
  })
  return [ofFile, bound, atHand, longest]
}

// Runs the steps, prints their tables and what holds of the targets, and keeps all of it under `target/bench/`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { inTarget, seconds } from '../../scripts/project.mjs'
import { chartOf } from './chart.mjs'
import { judge, tableOf } from './results.mjs'
import { targets } from './targets.mjs'
import { World } from './world.mjs'

// MiB, and numbers of files.
const sizesOf = engine => ({
  large: engine === 'webkit' ? 256 : 1024,
  memory: engine === 'webkit' ? 1024 : 4096,
  hash: 256,
  small: 1000,
  queue: [10, 100, 1000, 5000, 20_000]
})
// Shows that every table is filled; says nothing of speed.
const tiny = { large: 8, memory: 16, hash: 8, small: 20, queue: [10, 100] }

/** @returns whether every target that was measured holds */
export async function bench(names, { rounds, isTiny }) {
  const start = performance.now()
  const results = []
  const world = new World()
  try {
    await world.start()
    for (const name of names) {
      const began = performance.now()
      console.log(`\n━━ ${name} (load ${loadavg()[0].toFixed(1)})`)
      const { [name]: step } = await import(`./steps/${name}.mjs`)
      const measured = (await step(world, { rounds, sizes: isTiny ? tiny : sizesOf(world.engine) })).filter(({ rows }) => Object.keys(rows).length > 0)
      for (const result of measured) console.log(`\n${tableOf(result)}`)
      console.log(`\n${name} took ${seconds(began)}`)
      results.push(...measured)
    }
  } finally {
    await world.end()
    // Where a step failed, the others' results are not lost.
    if (results.length > 0) keep(world, results, { rounds, isTiny })
  }
  // With tiny files no target means anything, and some of their rows are not there.
  const verdicts = isTiny ? [] : targets.map(target => judge(target, world.engine, results)).filter(Boolean)
  show(verdicts)
  console.log(`\n${world.version}, ${rounds} rounds, ${seconds(start)}`)
  return verdicts.every(({ holds }) => holds)
}

function show(verdicts) {
  if (verdicts.length === 0) return
  console.log('\n━━ targets')
  for (const { says, value, limit, holds } of verdicts) {
    console.log(`${holds ? 'holds        ' : 'DOES NOT HOLD'}  ${value.padStart(10)}  ${limit.padEnd(11)}  ${says}`)
  }
}

function keep({ engine, version }, results, { rounds, isTiny }) {
  const report = {
    date: new Date().toISOString().slice(0, 10), browser: version, rounds,
    machine: `${cpus().length} × ${cpus()[0].model}`, load: loadavg()[0], results
  }
  const folder = inTarget('bench')
  mkdirSync(folder, { recursive: true })
  console.log()
  for (const [extension, text] of [['json', `${JSON.stringify(report, undefined, 2)}\n`], ['svg', chartOf(report)]]) {
    const path = `${folder}/${engine}${isTiny ? '-tiny' : ''}.${extension}`
    writeFileSync(path, text)
    console.log(`written: ${path}`)
  }
}

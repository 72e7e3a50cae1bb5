// A page that uploads for a long time, wave after wave, with faults, pauses and aborts mixed in, at times without a network,
// beside a second page, or reloaded in the middle; after each wave everything is checked, and what it stored is forgotten.

import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, seconds } from '../../scripts/project.mjs'
import { engine, resolvesLocalhostNames } from '../e2e/browser.mjs'
import { MiB } from '../e2e/bytes.mjs'
import { startNetwork } from '../e2e/network.mjs'
import { watchMemory } from '../e2e/wasm_memory.mjs'
import { World } from '../e2e/world.mjs'
import { checkForsaken, checkWave } from './check.mjs'
import { countAlive, prepare, uploadWave } from './page.mjs'
import { WAVE, planWave } from './plan.mjs'

const CONCURRENCY = 4
// The slowest upload of the table takes a few seconds, and those of a wave share the places.
const PATIENCE_MS = 120_000

// A module's memory never shrinks, so what counts is how high it rose, and chance may fill more places after the warm-up
// than in it. A place holds at most a piece of a file for the checksum (256 KiB) and the beginning of an answer (64 Ki
// characters, up to 192 KiB), so four take less than 2 MiB. A leak rises without end, with the number of uploads.
const MOST_GROWTH = 2 * MiB
// Each of the two uploaders lists its last wave until its next begins, and collectors may see a stale reference to some of
// another.
const MOST_ALIVE = 3 * WAVE

const mib = bytes => `${(bytes / MiB).toFixed(1)} MiB`

// The parameters that uploads share: some last, some are replaced again and again.
const SOURCES = { lasting: '/api/policy/v1', brief: '/api/policy/v1?fault=expires@3' }
const OPTIONS = { concurrency: CONCURRENCY, retry: { attempts: 4, minDelay: 20, maxDelay: 100 } }

/**
 * @param limits `{ minutes, uploads }`: the first that is reached ends it, after the wave
 * @param faultShare how many of the uploads meet a fault, 0 to 1
 * @param pkg folder of the built package
 */
export async function soak({ minutes = Infinity, uploads = Infinity }, faultShare, pkg) {
  const count = { waves: 0, uploads: 0, done: 0, failed: {}, aborted: 0, forsaken: 0, bytes: 0, posts: 0, asked: 0, mostAtOnce: 0 }
  const start = performance.now()
  const end = start + minutes * 60_000
  const progress = setInterval(() => console.log(`${seconds(start).padStart(8)}: ${brief(count)}`), 10_000)
  // However it ends, by a signal too, this is the last line.
  process.once('exit', () => console.log(`\nsoak: ${engine}, ${seconds(start)}, ${full(count)}`))

  const network = await startNetwork()
  const world = new World()
  try {
    const { port } = new URL(network.origin)
    const endpoint = `http://${resolvesLocalhostNames ? 'oss.localhost' : '127.0.0.1'}:${port}`
    await world.start({ pkg, args: ['--endpoint', endpoint] })
    network.target = world.standin.oss
    await openPage(world)
    do {
      const wave = planWave(count.waves, faultShare)
      const problems = await events[wave.event ?? 'none'](world, wave, { network, count, faultShare })
      if (problems.length > 0) throw new Failure(`${problems.length} problems in wave ${wave.number}:\n\n${problems.join('\n\n')}`)
      count.aliveAtStart ??= await world.run(countAlive, MOST_ALIVE)
    } while (performance.now() < end && count.uploads < uploads)

    count.aliveAtEnd = await world.run(countAlive, MOST_ALIVE)
    const growth = count.memory - count.memoryAtStart
    if (growth > MOST_GROWTH) throw new Failure(`the module's memory grew by ${mib(growth)} after the warm-up; ${mib(MOST_GROWTH)} are allowed`)
    for (const [what, alive] of Object.entries(count.aliveAtEnd)) {
      if (alive > MOST_ALIVE) throw new Failure(`${alive} ${what} are still held by somebody; ${MOST_ALIVE} are allowed`)
    }
  } finally {
    clearInterval(progress)
    await world.end()
    network.close()
  }
}

async function openPage(world) {
  await world.openBlank()
  await world.run(watchMemory)
  await world.run(prepare, SOURCES, OPTIONS)
}

/** What comes to pass in a wave; each gives the problems that were found. */
const events = {
  async none(world, wave, { count }) {
    const seen = await world.run(uploadWave, wave, PATIENCE_MS)
    return judge(world, wave, seen, count)
  },

  /** The network is gone for a moment, and the browser says so. */
  async outage(world, wave, { network, count }) {
    await world.begin(uploadWave, wave, PATIENCE_MS)
    await sleep(wave.eventAfter)
    await setOnline(world, false)
    network.outage = true
    network.cut()
    await sleep(wave.outageLasts)
    network.outage = false
    await setOnline(world, true)
    return judge(world, wave, await world.answer(), count)
  },

  /** The page is loaded again in the middle of everything. */
  async reload(world, wave, { network, count }) {
    await world.begin(uploadWave, wave, PATIENCE_MS)
    await sleep(wave.eventAfter)
    await openPage(world)
    // What has not arrived by now never will; the stand-in hears of that in a moment.
    network.cut()
    await sleep(200)
    const { objects, posts } = await look(world, wave)
    count.waves += 1
    count.uploads += wave.uploads.length
    count.forsaken += wave.uploads.length
    const problems = checkForsaken(wave, { objects, posts })
    for (const object of objects) await world.forget(object)
    return problems
  },

  /** A second page of the same site, with a wave of its own. */
  async 'two pages'(world, wave, { count, faultShare }) {
    const first = await world.driver.getWindowHandle()
    const other = planWave(wave.number + 1, faultShare)
    await world.begin(uploadWave, wave, PATIENCE_MS)
    await world.driver.switchTo().newWindow('window')
    try {
      await openPage(world)
      const seenThere = await world.run(uploadWave, other, PATIENCE_MS)
      const problems = await judge(world, other, seenThere, count)
      await world.driver.close()
      await world.driver.switchTo().window(first)
      return [...problems, ...await judge(world, wave, await world.answer(), count)]
    } finally {
      await world.driver.switchTo().window(first)
    }
  }
}

const setOnline = (world, isOnline) => world.driver.executeScript('soak.setOnline(arguments[0])', isOnline)

async function look(world, { number }) {
  const of = `/soak-${number}-`
  return { objects: await world.objects(of), posts: await world.posts(of) }
}

async function judge(world, wave, seen, count) {
  const { objects, posts } = await look(world, wave)
  const problems = checkWave(wave, seen, { objects, posts }, CONCURRENCY)
  add(count, wave, seen, posts)
  for (const object of objects) await world.forget(object)
  return problems
}

function add(count, { uploads }, { records, mostAtOnce, memory }, posts) {
  count.waves += 1
  count.posts += posts.length
  count.mostAtOnce = Math.max(count.mostAtOnce, mostAtOnce)
  for (const { name, size } of uploads) {
    const { state, code, asks } = records[name] ?? {}
    count.uploads += 1
    count.asked += asks ?? 0
    if (state === 'done') count.bytes += size
    if (state === 'failed') count.failed[code] = (count.failed[code] ?? 0) + 1
    else count[state] += 1
  }
  count.memoryAtStart ??= memory[0]
  count.memory = Math.max(count.memory ?? 0, memory[0])
}

function brief({ uploads, done, failed, aborted, bytes, memory }) {
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0)
  return `${uploads} uploads: ${done} done, ${failures} failed, ${aborted} aborted; ${mib(bytes)} stored; memory ${mib(memory ?? 0)}`
}

const held = alive => alive ? `${alive.tasks} tasks and ${alive.files} files` : 'not counted'

function full({ waves, uploads, done, failed, aborted, forsaken, bytes, posts, asked, mostAtOnce, memoryAtStart, memory, aliveAtStart, aliveAtEnd }) {
  const codes = Object.entries(failed).sort(([, a], [, b]) => b - a).map(([code, count]) => `${count} ${code}`)
  return [
    `${uploads} uploads in ${waves} waves: ${done} done, ${aborted} aborted, ${forsaken} of pages that went away, failed: ${codes.join(', ') || 'none'}`,
    `${mib(bytes)} stored, ${posts} posts, at most ${mostAtOnce} at once, parameters asked for ${asked} times`,
    `memory ${mib(memoryAtStart ?? 0)} after the warm-up, ${mib(memory ?? 0)} at most`,
    `still held ${held(aliveAtStart)} after the warm-up, ${held(aliveAtEnd)} at the end`
  ].join('; ')
}

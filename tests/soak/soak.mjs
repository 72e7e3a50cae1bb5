// One page that uploads for a long time, wave after wave through one uploader, with faults, pauses and aborts mixed in;
// after each wave everything is checked, and what it stored is forgotten.

import { Failure, seconds } from '../../scripts/project.mjs'
import { engine } from '../e2e/browser.mjs'
import { MiB } from '../e2e/bytes.mjs'
import { watchMemory } from '../e2e/wasm_memory.mjs'
import { World } from '../e2e/world.mjs'
import { checkWave } from './check.mjs'
import { countAlive, prepare, uploadWave } from './page.mjs'
import { WAVE, planWave } from './plan.mjs'

const CONCURRENCY = 4
// The slowest upload of the table takes a few seconds, and those of a wave share the places.
const PATIENCE_MS = 120_000

// A module's memory never shrinks, so what counts is how high it rose, and chance may fill more places after the warm-up
// than in it. A place holds at most a piece of a file for the checksum (256 KiB) and the beginning of an answer (64 Ki
// characters, up to 192 KiB), so four take less than 2 MiB. A leak rises without end, with the number of uploads.
const MOST_GROWTH = 2 * MiB
// The uploader lists the last wave until the next begins, and collectors may see a stale reference to some of another.
const MOST_ALIVE = 2 * WAVE

const mib = bytes => `${(bytes / MiB).toFixed(1)} MiB`

export async function soak(minutes) {
  const count = { waves: 0, uploads: 0, done: 0, failed: {}, aborted: 0, bytes: 0, posts: 0, asked: 0, mostAtOnce: 0 }
  const start = performance.now()
  const end = start + minutes * 60_000
  const progress = setInterval(() => console.log(`${seconds(start).padStart(8)}: ${brief(count)}`), 10_000)
  // However it ends, by a signal too, this is the last line.
  process.once('exit', () => console.log(`\nsoak: ${engine}, ${seconds(start)}, ${full(count)}`))

  const world = new World()
  try {
    await world.start()
    await world.openBlank()
    await world.run(watchMemory)
    await world.run(prepare, {
      // So short-lived that they are replaced again and again, and at times in the hands of an upload.
      params: '/api/policy/v1?fault=expires@3',
      concurrency: CONCURRENCY,
      retry: { attempts: 4, minDelay: 20, maxDelay: 100 }
    })
    do {
      const wave = planWave(count.waves)
      const seen = await world.run(uploadWave, wave, PATIENCE_MS)
      const objects = await world.objects()
      const posts = await world.posts(`/soak-${count.waves}-`)
      const problems = checkWave(wave, seen, { objects, posts }, CONCURRENCY)
      add(count, wave, seen)
      if (problems.length > 0) throw new Failure(`${problems.length} problems in wave ${count.waves}:\n\n${problems.join('\n\n')}`)
      for (const object of objects) await world.forget(object)
      count.aliveAtStart ??= await world.run(countAlive, MOST_ALIVE)
    } while (performance.now() < end)

    count.aliveAtEnd = await world.run(countAlive, MOST_ALIVE)
    const growth = count.memory - count.memoryAtStart
    if (growth > MOST_GROWTH) throw new Failure(`the module's memory grew by ${mib(growth)} after the warm-up; ${mib(MOST_GROWTH)} are allowed`)
    for (const [what, alive] of Object.entries(count.aliveAtEnd)) {
      if (alive > MOST_ALIVE) throw new Failure(`${alive} ${what} are still held by somebody; ${MOST_ALIVE} are allowed`)
    }
  } finally {
    clearInterval(progress)
    await world.end()
  }
}

function add(count, { uploads }, { records, posts, asked, mostAtOnce, memory }) {
  count.waves += 1
  for (const { name, size } of uploads) {
    const { state, code } = records[name] ?? {}
    count.uploads += 1
    if (state === 'done') count.bytes += size
    if (state === 'failed') count.failed[code] = (count.failed[code] ?? 0) + 1
    else count[state] += 1
  }
  Object.assign(count, { posts, asked, mostAtOnce })
  count.memoryAtStart ??= memory[0]
  count.memory = memory[0]
}

function brief({ uploads, done, failed, aborted, bytes, memory }) {
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0)
  return `${uploads} uploads: ${done} done, ${failures} failed, ${aborted} aborted; ${mib(bytes)} stored; memory ${mib(memory ?? 0)}`
}

const held = alive => alive ? `${alive.tasks} tasks and ${alive.files} files` : 'not counted'

function full({ waves, uploads, done, failed, aborted, bytes, posts, asked, mostAtOnce, memoryAtStart, memory, aliveAtStart, aliveAtEnd }) {
  const codes = Object.entries(failed).sort(([, a], [, b]) => b - a).map(([code, count]) => `${count} ${code}`)
  return [
    `${uploads} uploads in ${waves} waves: ${done} done, ${aborted} aborted, failed: ${codes.join(', ') || 'none'}`,
    `${mib(bytes)} stored, ${posts} posts, at most ${mostAtOnce} at once, parameters asked for ${asked} times`,
    `memory ${mib(memoryAtStart ?? 0)} after the warm-up, ${mib(memory ?? 0)} at the end`,
    `still held ${held(aliveAtStart)} after the warm-up, ${held(aliveAtEnd)} at the end`
  ].join('; ')
}

// What is uploaded: drawn anew for each wave, with how every upload has to end.
//
// Nothing is seeded: what meets what is up to timers and sockets, which no seed replays. A problem is told together with
// all that was asked of its upload.

import { KiB, MiB } from '../e2e/bytes.mjs'
import { done, ossFaults, paramsFaults } from '../e2e/fault_table.mjs'

/** Uploads in a wave: several times those under way at once, and few enough that all of them together are small. */
export const WAVE = 60

const SMALL = 4 * MiB
// One in so many is larger than what is read at once for the checksum.
const LARGE_IN = 50
const LARGEST = 24 * MiB
// Milliseconds: uploads of a wave are added within the first, and rest no longer than the second.
const ADDING = 1500
const RESTING = 1200

const faults = [...ossFaults.map(row => ['oss', ...row]), ...paramsFaults.map(row => ['params', ...row])]

// Whose request is under way until somebody ends it, far longer than a wave: [where, fault, state].
const endless = [['oss', 'stall@65536', 'uploading'], ['params', 'hang', 'preparing']]

const chance = probability => Math.random() < probability
const below = limit => Math.floor(Math.random() * limit)
const oneOf = list => list[below(list.length)]

/**
 * @param number 0 is the warm-up: it holds every fault once
 * @param faultShare how many of the uploads meet a fault, 0 to 1
 */
export function planWave(number, faultShare) {
  const isWarmUp = number === 0
  // By turns and not by chance, so that a short run has all of them.
  const event = { 3: 'outage', 6: 'reload', 9: 'two pages' }[number % 10]
  // What a fault brings about is only known where nothing else is wrong.
  const share = event === 'outage' ? 0 : faultShare
  const abandoned = isWarmUp || event === 'outage' ? [] : endless.map(row => abandon(number, ...row))
  const uploads = Array.from({ length: WAVE - abandoned.length }, (_, index) => {
    const fault = isWarmUp ? faults[index] : chance(share) ? oneOf(faults) : undefined
    const upload = { ...anyhow(), ...fault ? meeting(`${number}-${index}`, ...fault) : plain(`${number}-${index}`) }
    // Where nobody listens for progress, a stall is noticed only after as long as all of the file may take.
    return { ...upload, watchesProgress: upload.watchesProgress || 'stallTimeout' in upload.options }
  })
  return {
    number,
    event,
    uploads: [...uploads, ...abandoned],
    // The shared parameters last a moment only, and at times end in the hands of an upload.
    isBrief: number % 4 === 1,
    // Of the whole queue.
    pauses: chance(0.3) ? [{ after: below(ADDING), rest: below(RESTING) }] : [],
    abortAfter: !isWarmUp && chance(0.1) ? below(2 * ADDING) : undefined,
    eventAfter: below(ADDING),
    outageLasts: 200 + below(RESTING)
  }
}

/** Whether nothing from outside comes between an upload and its end: then all of its way is known. */
export function isLeftAlone({ pauses, abort }, wave) {
  return pauses.length === 0 && !abort && wave.pauses.length === 0 && wave.abortAfter === undefined && !['outage', 'reload'].includes(wave.event)
}

/** With the parameters that all share. */
function plain(name) {
  // As many of 1 KiB to 4 KiB as of 1 MiB to 4 MiB.
  const size = chance(0.05) ? 0 : chance(1 / LARGE_IN) ? SMALL + below(LARGEST - SMALL) : Math.floor(SMALL ** Math.random())
  return { name: `soak-${name}.bin`, size, sharesParams: true, options: {}, expected: done }
}

/** OSS's faults stand in the file's name, those of the parameters in their address. */
function meeting(name, where, fault, expected, { route, size = 256 * KiB, ...options } = {}) {
  const own = route ?? '/api/upload-params'
  if (where === 'params') return { name: `soak-${name}.bin`, size, fault, options: { ...options, params: `${own}?fault=${encodeURIComponent(fault)}` }, expected }
  // What stalls outlives the parameters that all share, and would at times fail for that.
  const params = 'stallTimeout' in options ? own : route
  return { name: `soak-${name},fault=${fault}.bin`, size, fault, sharesParams: !params, options: { ...options, params }, expected }
}

/** Given up while its request is under way. If that goes on, it is seen at the end of the wave. */
function abandon(number, where, fault, state) {
  const abort = { when: state, delay: below(RESTING), bySignal: chance(0.5) }
  return { ...anyhow(), ...meeting(`${number}-${where}`, where, fault, { state: 'aborted', stored: false }), pauses: [], abort }
}

/** What happens to an upload whatever it meets. */
function anyhow() {
  return {
    seed: 1 + below(2 ** 31 - 2),
    after: below(ADDING),
    priority: below(3) - 1,
    // Each is another way through the browser: progress brings a CORS preflight, and a promise may have no listener.
    watchesProgress: chance(0.5),
    awaitsResult: chance(0.5),
    pauses: chance(0.2) ? [{ when: when(), rest: below(RESTING) }] : [],
    abort: chance(0.12) ? { when: when(), bySignal: chance(0.5) } : undefined
  }
}

/** The state in which it happens, or so many milliseconds after the adding. */
const when = () => chance(0.5) ? oneOf(['preparing', 'uploading', 'verifying', 'waiting']) : below(ADDING)

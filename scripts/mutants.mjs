// `npm run mutants`: breaks the core on purpose, one line at a time (cargo-mutants), and sees whether its tests notice.
//
//   npm run mutants -- [--minutes N: 30] [--room policy|params|form|response|upload: all] [--since REF: only lines changed]
//                      [--go-on: where the last run was ended, of the same code; tests may be others]
//
// In random order, so that a run that is over before its end is a sample. Twice: by tests that take a second, then, what these
// miss, by all. A survivor has to be in tests/mutants/survivors.json, with the reason why no test can or should tell it from the
// code.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFlags, readNumber } from './flags.mjs'
import { ask, Failure, inProject, inTarget, inTools, main, seconds, which } from './project.mjs'
import { cargoInstall } from './setup/wasm_bindgen.mjs'
import { cargoMutants as version } from './versions.mjs'

const rooms = ['policy', 'params', 'form', 'response', 'upload']
const LEAST_CAUGHT = 0.97
// Of the tests of one mutant: what takes longer hangs.
const LONGEST_S = 120
const USAGE = `npm run mutants -- [--minutes N] [--room ${rooms.join('|')}] [--since REF] [--go-on]`

// Arguments of `cargo test`. Going through every sequence of events takes ten times as long as all other tests of the core.
const quickTests = ['--lib', '--', '--skip', 'exploration']
const allTests = ['--lib', '--test', 'host']

/** A mutant's name without its place, which changes with every line above it. */
export const withoutPlace = name => name.replace(/^(\S+?\.rs):\d+:\d+:/, '$1:')

export const survivors = () => JSON.parse(readFileSync(inProject('tests', 'mutants', 'survivors.json'), 'utf8'))

main(import.meta.url, async args => {
  const flags = readFlags(args, {
    minutes: { type: 'string', default: '30' }, room: { type: 'string' }, since: { type: 'string' }, 'go-on': { type: 'boolean' }
  }, USAGE)
  const minutes = readNumber('minutes', flags.minutes, { from: 1, to: 24 * 60 })
  if (flags.room && !rooms.includes(flags.room)) throw new Failure(`the rooms are ${rooms.join(', ')}; there is no "${flags.room}"`)
  if (ask(which('cargo-mutants') ?? 'cargo-mutants', 'mutants', '--version') !== `cargo-mutants ${version}`) await cargoInstall('cargo-mutants', version, ['--locked'])

  const start = performance.now()
  const end = start + minutes * 60_000
  const folder = inTarget('mutants')
  if (!flags['go-on']) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const wanted = [
    ...(flags.room ? [flags.room] : rooms).flatMap(room => ['--file', `src/${room}/**`]),
    ...flags.since ? ['--in-diff', changesSince(flags.since, `${folder}/changes.diff`)] : []
  ]
  const isOver = !await run(folder, wanted, quickTests, end)
  if (!isOver) await run(folder, wanted, allTests, end)
  report(readLedger(folder), start)
})

function changesSince(ref, file) {
  const changes = ask('git', 'diff', ref, '--', 'src')
  if (changes === undefined) throw new Failure(`git knows no "${ref}"`)
  writeFileSync(file, `${changes}\n`)
  return file
}

// Who ends it by hand wants to know what came of it so far, and may go on later.
const signals = ['SIGINT', 'SIGTERM']

/** Breaks what no run before has caught. False when it is ended before its end, by the time or by hand. */
async function run(folder, wanted, tests, end) {
  const left = end - performance.now()
  if (left <= 0) return false
  const env = { ...process.env, PATH: `${inTools('bin')}:${process.env.PATH}`, CARGO_TARGET_DIR: inTarget('mutants-build'), CARGO_PROFILE_DEV_DEBUG: '0', PROPTEST_CASES: '64' }
  const child = spawn('cargo', [
    'mutants', '--package', 'oss-direct-upload', '--iterate', '--shuffle', '--timeout', String(LONGEST_S), '--output', folder, '--colors', 'never',
    ...wanted, '--', ...tests
  ], { cwd: inProject(), env, stdio: 'inherit' })
  let isOver = false
  const stop = () => {
    isOver = true
    child.kill('SIGINT')
  }
  const timer = setTimeout(stop, left)
  for (const signal of signals) process.once(signal, stop)
  await once(child, 'exit')
  clearTimeout(timer)
  for (const signal of signals) process.off(signal, stop)
  keep(folder)
  return !isOver
}

const ledgerOf = folder => `${folder}/ledger.json`

/** What came of each mutant, over all runs: cargo-mutants tells of the last alone. */
const readLedger = folder => existsSync(ledgerOf(folder)) ? JSON.parse(readFileSync(ledgerOf(folder), 'utf8')) : {}

function keep(folder) {
  const file = `${folder}/mutants.out/outcomes.json`
  if (!existsSync(file)) return
  const ledger = readLedger(folder)
  for (const { scenario, summary } of JSON.parse(readFileSync(file, 'utf8')).outcomes) {
    if (scenario !== 'Baseline') ledger[scenario.Mutant.name] = summary
    else if (summary !== 'Success') throw new Failure('the tests fail before anything is broken')
  }
  writeFileSync(ledgerOf(folder), JSON.stringify(ledger, null, 2))
}

function report(ledger, start) {
  const known = survivors()
  const all = Object.entries(ledger).map(([name, summary]) => ({ name: withoutPlace(name), summary }))
  const unknown = all.filter(({ name, summary }) => summary === 'MissedMutant' && !known[name])
  for (const { name } of unknown) console.log(`survived, and nobody says why: ${name}`)
  console.log()
  for (const room of rooms) {
    const counts = count(all.filter(({ name }) => name.startsWith(`src/${room}/`)))
    if (counts.tested > 0) console.log(`${room.padEnd(8)}: ${said(counts)}`)
  }
  const counts = count(all)
  console.log(`mutants : ${said(counts)}, ${counts.missed - unknown.length} explained survivors, ${seconds(start)}`)
  if (counts.tested === 0) throw new Failure('no mutant was tested: give it more minutes')
  if (unknown.length > 0 || counts.share < LEAST_CAUGHT) throw new Failure(`every survivor needs a test or a reason, and at least ${LEAST_CAUGHT * 100} % have to be caught`)
}

function count(outcomes) {
  const of = summary => outcomes.filter(outcome => outcome.summary === summary).length
  // A mutant that makes the tests hang is noticed, too.
  const caught = of('CaughtMutant') + of('Timeout')
  const missed = of('MissedMutant')
  return { caught, missed, tested: caught + missed, share: caught / Math.max(caught + missed, 1), unviable: of('Unviable') }
}

const said = ({ caught, tested, share, unviable }) => `${caught} of ${tested} caught (${(share * 100).toFixed(1)} %), ${unviable} do not compile`

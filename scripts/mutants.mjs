// `npm run mutants`: breaks the core on purpose, one line at a time (cargo-mutants), and sees whether its tests notice.
//
//   npm run mutants -- [--minutes N: 30] [--room policy|params|form|response|upload: all] [--since REF: only lines changed]
//
// In random order, so that a run that is over before its end is a sample. A survivor has to be in tests/mutants/survivors.json,
// with the reason why no test can or should tell it from the code.
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
const USAGE = `npm run mutants -- [--minutes N] [--room ${rooms.join('|')}] [--since REF]`

/** A mutant's name without its place, which changes with every line above it. */
export const withoutPlace = name => name.replace(/^(\S+?\.rs):\d+:\d+:/, '$1:')

export const survivors = () => JSON.parse(readFileSync(inProject('tests', 'mutants', 'survivors.json'), 'utf8'))

main(import.meta.url, async args => {
  const flags = readFlags(args, {
    minutes: { type: 'string', default: '30' }, room: { type: 'string' }, since: { type: 'string' }
  }, USAGE)
  const minutes = readNumber('minutes', flags.minutes, { from: 1, to: 24 * 60 })
  if (flags.room && !rooms.includes(flags.room)) throw new Failure(`the rooms are ${rooms.join(', ')}; there is no "${flags.room}"`)
  if (ask(which('cargo-mutants') ?? 'cargo-mutants', 'mutants', '--version') !== `cargo-mutants ${version}`) await cargoInstall('cargo-mutants', version, ['--locked'])

  const start = performance.now()
  const folder = inTarget('mutants')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await run([
    'mutants', '--package', 'oss-direct-upload', '--shuffle', '--timeout', String(LONGEST_S), '--output', folder, '--colors', 'never',
    ...(flags.room ? [flags.room] : rooms).flatMap(room => ['--file', `src/${room}/**`]),
    ...flags.since ? ['--in-diff', changesSince(flags.since, `${folder}/changes.diff`)] : [],
    '--', '--lib', '--test', 'host'
  ], minutes)
  report(`${folder}/mutants.out/outcomes.json`, start)
})

function changesSince(ref, file) {
  const changes = ask('git', 'diff', ref, '--', 'src')
  if (changes === undefined) throw new Failure(`git knows no "${ref}"`)
  writeFileSync(file, `${changes}\n`)
  return file
}

/** Until it ends, or the time is over. */
async function run(args, minutes) {
  const env = { ...process.env, PATH: `${inTools('bin')}:${process.env.PATH}`, CARGO_TARGET_DIR: inTarget('mutants-build'), CARGO_PROFILE_DEV_DEBUG: '0', PROPTEST_CASES: '64' }
  const child = spawn('cargo', args, { cwd: inProject(), env, stdio: 'inherit' })
  const timer = setTimeout(() => child.kill('SIGINT'), minutes * 60_000)
  await once(child, 'exit')
  clearTimeout(timer)
}

function report(file, start) {
  if (!existsSync(file)) throw new Failure('cargo-mutants tested nothing')
  const { outcomes } = JSON.parse(readFileSync(file, 'utf8'))
  const tested = outcomes.filter(({ scenario }) => scenario !== 'Baseline')
  if (outcomes.length > tested.length && outcomes.some(({ scenario, summary }) => scenario === 'Baseline' && summary !== 'Success')) {
    throw new Failure('the tests fail before anything is broken')
  }
  const named = summary => tested.filter(outcome => outcome.summary === summary).map(({ scenario }) => withoutPlace(scenario.Mutant.name))
  // A mutant that makes the tests hang is noticed, too.
  const caught = named('CaughtMutant').length + named('Timeout').length
  const missed = named('MissedMutant')
  const known = survivors()
  const unknown = missed.filter(name => !known[name])
  const share = caught / Math.max(caught + missed.length, 1)
  for (const name of unknown) console.log(`survived, and nobody says why: ${name}`)
  console.log(`\nmutants: ${caught} of ${caught + missed.length} caught (${(share * 100).toFixed(1)} %), ${missed.length - unknown.length} explained survivors, ${named('Unviable').length} do not compile, ${seconds(start)}`)
  if (caught + missed.length === 0) throw new Failure('no mutant was tested: give it more minutes')
  if (unknown.length > 0 || share < LEAST_CAUGHT) throw new Failure(`every survivor needs a test or a reason, and at least ${LEAST_CAUGHT * 100} % have to be caught`)
}

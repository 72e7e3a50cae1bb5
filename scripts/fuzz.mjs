// `npm run fuzz`: each target of `fuzz/` (libFuzzer, by coverage) for the time given, where cargo-fuzz is to be had. Then the
// property tests (proptest) with fresh random seeds, round after round, for as long again.
//
//   npm run fuzz -- [--seconds N: 60] [--filter NAME: targets and properties whose name holds it] [--cases N: of each in a round, 256]
//
// What a target fails at is kept in `fuzz/artifacts/`. What fails of a property is printed with proptest's minimal case. Its
// seed is kept in `proptest-regressions/`: once committed, every run of the tests begins with it.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { readFlags, readNumber } from './flags.mjs'
import { fuzzTarget, fuzzTargets, prepareTargets } from './fuzz_targets.mjs'
import { Failure, inProject, main, seconds, step } from './project.mjs'

// As long as no property needs for as many cases as may be asked for: what takes longer hangs.
const LONGEST_MS = 120_000
const USAGE = 'npm run fuzz -- [--seconds N] [--filter NAME] [--cases N]'

const stop = new AbortController()
// What is under way ends with us.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())

main(import.meta.url, async args => {
  const flags = readFlags(args, {
    seconds: { type: 'string', default: '60' }, filter: { type: 'string', default: '' }, cases: { type: 'string', default: '256' }
  }, USAGE)
  const time = readNumber('seconds', flags.seconds, { from: 1, to: 86_400 })
  const cases = readNumber('cases', flags.cases, { from: 1, to: 10_000 })
  const targets = fuzzTargets().filter(name => name.includes(flags.filter))
  if (targets.length > 0 && await prepareTargets()) {
    for (const target of targets) {
      const { problem, runs } = await step(`${target}, ${time} s`, () => fuzzTarget(target, time))
      if (problem) throw new Failure(`the target ${target} failed:\n${problem}`)
      console.log(`   ${runs} runs, nothing found`)
    }
  }

  const all = await step('compile, and ask which tests are properties', findProperties)
  const properties = all.filter(({ name }) => name.includes(flags.filter))
  if (properties.length === 0 && targets.length > 0) return
  if (properties.length === 0) throw new Failure(`no property has "${flags.filter}" in its name:\n${all.map(({ name }) => name).join('\n')}`)

  const start = performance.now()
  const isOver = () => stop.signal.aborted || performance.now() - start >= time * 1000
  let runs = 0
  let failures = 0
  while (failures === 0 && !isOver()) {
    for (const property of properties) {
      if (isOver()) break
      const seed = randomBytes(8).readBigUInt64LE()
      const problem = await fuzz(property, cases, seed)
      if (stop.signal.aborted) break
      runs += 1
      if (!problem) continue
      failures += 1
      console.log(`\n${property.name} failed:\n\n${problem}\n`)
      console.log(`Again, with every case shown: PROPTEST_RNG_SEED=${seed} PROPTEST_CASES=${cases} PROPTEST_VERBOSE=2 cargo test --lib ${property.name} -- --nocapture`)
      break
    }
  }
  const rounds = Math.floor(runs / properties.length)
  console.log(`\nfuzz: ${properties.length} properties, ${rounds} rounds, ${runs * cases} cases, ${seconds(start)}, ${failures} failures${stop.signal.aborted ? ' (interrupted)' : ''}`)
  if (failures > 0 || stop.signal.aborted) process.exitCode = 1
})

/** Property tests stand beside what they are about, in the libraries. They are those in which proptest says a word. */
async function findProperties() {
  const { ok, output } = await run(['cargo', 'test', '--workspace', '--lib', '--no-run', '--message-format=json-render-diagnostics'])
  if (!ok) throw new Failure(`the tests cannot be compiled:\n${output}`)
  const artifacts = output.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line))
  const properties = []
  for (const { executable, profile, manifest_path: manifest } of artifacts) {
    if (!executable || !profile.test) continue
    // Where cargo would run it: proptest looks for its regressions below.
    const cwd = dirname(manifest)
    const { output } = await run([executable, '--show-output'], { cwd, env: { PROPTEST_VERBOSE: '2', PROPTEST_CASES: '1' } })
    for (const [, name] of output.matchAll(/^---- (\S+) stdout ----\nproptest: /gm)) properties.push({ name, executable, cwd })
  }
  return properties
}

/** One property from one seed; a text when it does not hold. */
async function fuzz({ name, executable, cwd }, cases, seed) {
  const env = {
    PROPTEST_RNG_SEED: String(seed),
    PROPTEST_CASES: String(cases),
    // By itself proptest makes no more than four times as many steps towards the minimal case as there are cases.
    PROPTEST_MAX_SHRINK_ITERS: '100000',
    PROPTEST_MAX_SHRINK_TIME: String(LONGEST_MS / 2),
    RUST_BACKTRACE: '0'
  }
  const { ok, output, hangs } = await run([executable, '--exact', name], { cwd, env, timeout: LONGEST_MS })
  if (hangs) return `${cases} cases did not end within ${LONGEST_MS / 1000} s`
  return ok ? undefined : output.trim()
}

/** Not `runQuietly`, which could not be interrupted. */
async function run([program, ...args], { cwd = inProject(), env, timeout } = {}) {
  const options = { cwd, timeout, env: { ...process.env, ...env }, signal: stop.signal, killSignal: 'SIGKILL', maxBuffer: 1 << 28 }
  try {
    const { stdout } = await promisify(execFile)(program, args, options)
    return { ok: true, output: stdout }
  } catch (error) {
    return { ok: false, output: `${error.stdout ?? ''}${error.stderr ?? error.message}`, hangs: error.killed && error.name !== 'AbortError' }
  }
}

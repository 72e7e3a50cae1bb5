// Builds `pkg/`, what npm publishes: cargo → wasm-bindgen → wasm-opt → the entries.
//
//   npm run build                 quick to repeat while developing
//   npm run build -- --publish    as small as it gets, and with the form without WebAssembly
//
//   pkg/index, slim, js         the entries, each as ES module (.js), CommonJS (.cjs) and types (.d.ts, .d.cts)
//   pkg/surface                 what they share: private
//   pkg/engine, generated/      what they load: private
//   pkg/explain, inspect, limits  what they load when it is needed: private
//   pkg/oss_direct_upload.wasm  the module, for those who bring it themselves
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inProject, inTarget, main, run, seconds } from './project.mjs'
import { setUp } from './setup.mjs'
import { smallToolchain, target } from './setup/wasm_target.mjs'

const name = 'oss_direct_upload'
const pkg = inProject('pkg')

/** With `publish`, in the form that npm gets; else in the one that is quick to make again after a change. */
export async function build({ publish = false } = {}) {
  const start = performance.now()
  await setUp('build')
  // Not before set-up: these use npm's packages.
  const { makeEngine, rustFlags } = await import('./build/engine.mjs')
  const { makeEntries } = await import('./build/entries.mjs')

  const compiled = compile(rustFlags, publish ? 'release' : 'browser-dev')
  const engine = inTarget('wasm', publish ? 'engine' : 'engine-dev')
  const isNew = await unlessDone(engine, compiled, () => makeEngine(compiled, name, engine, { publish }))
  await replace(pkg, work => makeEntries(engine, `${name}.wasm`, work, { publish }))
  const { size } = statSync(join(pkg, `${name}.wasm`))
  console.log(`pkg/ built in ${seconds(start)}${isNew ? '' : '; its wasm was up to date'}. The wasm has ${size} bytes.`)
}

/** cargo itself knows what has changed. Its own target folder: two compilers in one would undo each other's work. */
function compile(rustFlags, profile) {
  const { cargo, args, flags, env } = smallToolchain()
  const targetDir = inTarget('wasm')
  run([...cargo, 'build', '--lib', '--features', 'terse', '--profile', profile, '--target', target, ...args], {
    env: {
      ...env,
      CARGO_ENCODED_RUSTFLAGS: [...rustFlags, ...flags].join('\x1f'),
      CARGO_TARGET_DIR: targetDir
    }
  })
  return join(targetDir, target, profile, `${name}.wasm`)
}

/** Does `work`, which fills `folder`, unless the last time had the same input. Says whether it did. */
async function unlessDone(folder, input, work) {
  const scripts = readdirSync(inProject('scripts', 'build')).map(file => inProject('scripts', 'build', file))
  const hash = createHash('sha256')
  for (const file of [input, inProject('package-lock.json'), ...scripts]) hash.update(readFileSync(file))
  const stamp = hash.digest('hex')
  const stampFile = join(folder, 'stamp')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false
  rmSync(folder, { recursive: true, force: true })
  await work()
  writeFileSync(stampFile, stamp)
  return true
}

/** Fills a new folder and puts it in place in one go: a server that is running never sees half of it. */
async function replace(folder, fill) {
  const work = inTarget('wasm', 'pkg')
  const old = inTarget('wasm', 'pkg-old')
  for (const path of [work, old]) rmSync(path, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  await fill(work)
  if (existsSync(folder)) renameSync(folder, old)
  renameSync(work, folder)
  rmSync(old, { recursive: true, force: true })
}

main(import.meta.url, async args => {
  const { values } = parseArgs({ args, options: { publish: { type: 'boolean' } } })
  await build(values)
})

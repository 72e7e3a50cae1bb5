// Builds `pkg/`, what npm publishes: cargo → wasm-bindgen → wasm-opt → the entries.
//
//   npm run build                            quick to repeat while developing
//   npm run build -- --publish               small, and with the form without WebAssembly
//   npm run build -- --publish --stable      the same without unstable options of the compiler: not as small
//
//   pkg/index, slim, js         the entries, each one file as ES module (.js), CommonJS (.cjs) and types (.d.ts, .d.cts)
//   pkg/generated/              what they load on first use: private
//   pkg/oss_direct_upload.wasm  the module, for those who bring it themselves
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bindAndOptimise, compile, name } from './build/wasm.mjs'
import { convertToJs, leaveOutJs } from './build/wasm2js.mjs'
import { readFlags } from './flags.mjs'
import { inProject, inTarget, main, seconds, step } from './project.mjs'
import { setUp } from './setup.mjs'
import { hasStdSources } from './setup/wasm_target.mjs'

/** With `publish`, in the form that npm gets; else in the one that is quick to make again after a change. */
export async function build({ publish = false, stable = false, pkg = inProject('pkg') } = {}) {
  const start = performance.now()
  await setUp('build')
  const unstable = publish && !stable && await hasStdSources()
  if (publish && !stable && !unstable) {
    console.log("The sources of Rust's std are not here (rustup component add rust-src): the wasm is built with the std that is, and larger.")
  }
  const compiled = await step(`compile the library for the browser${publish ? ', small' : ''}`, () => compile({ publish, unstable }))
  const folder = inTarget('wasm', ['module', publish ? 'published' : 'dev', unstable ? 'unstable' : 'stable'].join('-'))
  const isNew = await unlessDone(folder, compiled, async () => {
    await step('wasm-bindgen and wasm-opt', () => bindAndOptimise(compiled, folder, { publish }))
    if (publish) await step('convert the module to JavaScript, for pages that forbid WebAssembly', () => convertToJs(join(folder, `${name}.wasm`), folder))
    else leaveOutJs(folder)
  })
  // Not before set-up: it uses npm's packages.
  const { makeEntries } = await import('./build/entries.mjs')
  await replace(pkg, work => makeEntries(folder, work, { publish }))
  const { size } = statSync(join(pkg, `${name}.wasm`))
  console.log(`pkg/ built in ${seconds(start)}${isNew ? '' : '; its wasm was up to date'}. The wasm has ${size} bytes.`)
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
  const flags = { publish: { type: 'boolean' }, stable: { type: 'boolean' } }
  await build(readFlags(args, flags, 'npm run build -- [--publish [--stable]]'))
})

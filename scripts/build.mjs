// Builds `pkg/`, what npm publishes: cargo → wasm-bindgen → wasm-opt, and the hand-written entry beside it.
//
//   pkg/index.js, index.d.ts, …     src/js as it is
//   pkg/generated/                  wasm-bindgen's glue and the wasm: private
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inProject, inTarget, main, run, seconds, which } from './project.mjs'
import { setUp } from './setup.mjs'
import { target, wasmToolchain } from './setup/wasm_target.mjs'

const name = 'oss_direct_upload'
const pkg = inProject('pkg')
const generated = join(pkg, 'generated')

export async function build() {
  const start = performance.now()
  await setUp('build')
  const compiled = compile()
  const isNew = generate(compiled)
  copyEntry()
  const { size } = statSync(join(generated, `${name}_bg.wasm`))
  console.log(`pkg/ ${isNew ? 'built' : 'is up to date'} in ${seconds(start)}; the wasm has ${size} bytes`)
}

/** cargo itself knows what has changed. Its own target folder: two compilers in one would undo each other's work. */
function compile() {
  const { cargo, env } = wasmToolchain()
  const targetDir = inTarget('wasm')
  run([...cargo, 'build', '--lib', '--features', 'npm', '--release', '--target', target], {
    env: { ...env, CARGO_TARGET_DIR: targetDir }
  })
  return join(targetDir, target, 'release', `${name}.wasm`)
}

/** Skipped when the last run had the same input. */
function generate(compiled) {
  const commands = work => [
    // --omit-default-module-path: where the wasm lies is said by the entry alone, else bundlers emit a second copy.
    [which('wasm-bindgen'), compiled, '--target', 'web', '--omit-default-module-path', '--out-dir', work, '--out-name', name],
    [inProject('node_modules/.bin/wasm-opt'), '-Oz', '--strip-debug', '--strip-producers', '--strip-target-features',
      join(work, `${name}_bg.wasm`), '-o', join(work, `${name}_bg.wasm`)]
  ]
  const stamp = createHash('sha256')
    .update(readFileSync(compiled))
    .update(readFileSync(inProject('package-lock.json')))
    .update(JSON.stringify(commands('')))
    .digest('hex')
  const stampFile = inTarget('wasm', 'pkg.stamp')
  const isCurrent = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && existsSync(generated)
  if (isCurrent) return false

  const work = inTarget('wasm', 'generated')
  rmSync(work, { recursive: true, force: true })
  for (const command of commands(work)) run(command)
  shareEntry(work)
  // Replaced in one go: a server that is running never sees half of it.
  mkdirSync(pkg, { recursive: true })
  rmSync(generated, { recursive: true, force: true })
  renameSync(work, generated)
  writeFileSync(stampFile, stamp)
  return true
}

/** wasm-bindgen copies the modules of src/js that the crate imports. In the package these are beside: one class, not two. */
function shareEntry(work) {
  const glue = join(work, `${name}.js`)
  const own = readFileSync(glue, 'utf8').replaceAll(/(['"])\.\/snippets\/[^'"]+\/src\/js\//g, '$1../')
  writeFileSync(glue, own)
  rmSync(join(work, 'snippets'), { recursive: true, force: true })
}

function copyEntry() {
  const entry = inProject('src', 'js')
  const kept = new Set(['generated', ...readdirSync(entry)])
  for (const file of readdirSync(pkg)) if (!kept.has(file)) rmSync(join(pkg, file), { recursive: true })
  cpSync(entry, pkg, { recursive: true, preserveTimestamps: true })
}

main(import.meta.url, build)

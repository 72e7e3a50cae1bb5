// `npm run supply-chain`: cargo-deny over Cargo.lock (deny.toml): licences, bans, sources, and known advisories where the
// database of RustSec can be had. Not in `npm run lint`: cargo-deny takes minutes to compile. What needs no tool is there.
import { spawnSync } from 'node:child_process'
import { lockProblems } from './locks.mjs'
import { ask, Failure, inProject, main, run, which } from './project.mjs'
import { cargoInstall } from './setup/wasm_bindgen.mjs'
import { cargoDeny as version } from './versions.mjs'

main(import.meta.url, async () => {
  const problems = lockProblems()
  if (problems.length > 0) throw new Failure(problems.join('\n'))
  if (ask(which('cargo-deny') ?? 'cargo-deny', '--version') !== `cargo-deny ${version}`) await cargoInstall('cargo-deny', version, ['--locked'])
  const deny = which('cargo-deny')
  run([deny, 'check', 'licenses', 'bans', 'sources'])
  const { status, stderr } = spawnSync(deny, ['check', 'advisories'], { cwd: inProject(), encoding: 'utf8' })
  if (stderr.includes('failed to fetch advisory database')) {
    console.log('advisories: not checked, the database cannot be had from here')
    return
  }
  console.log(stderr.trimEnd())
  if (status !== 0) throw new Failure('there are advisories')
})

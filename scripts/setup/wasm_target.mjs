// A Rust toolchain with std for wasm32-unknown-unknown: the active one's own, else rustup's download, else Debian's rustc
// with std compiled once from its sources. And for what is published the sources of std, where they are to be had.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, Failure, inTools, runQuietly, step, which } from '../project.mjs'
import { debianPackages } from '../versions.mjs'

export const target = 'wasm32-unknown-unknown'
const rustlib = ['lib', 'rustlib', target, 'lib']
const library = ['lib', 'rustlib', 'src', 'rust', 'library']
const debian = { rustc: '/usr/bin/rustc', cargo: '/usr/bin/cargo', clippy: '/usr/bin/cargo-clippy', linker: 'wasm-ld-22' }

/**
 * How to call cargo and clippy for wasm32: { name, cargo, clippy, env }; undefined when no toolchain is able to.
 * `cargo` and `clippy` are the beginnings of commands.
 */
export function wasmToolchain() {
  const sysroot = activeSysroot()
  if (sysroot && existsSync(join(sysroot, ...rustlib))) {
    return { name: 'active', cargo: ['cargo'], clippy: ['cargo', 'clippy'], env: {} }
  }
  const ownSysroot = debianSysroot()
  if (!ownSysroot || !existsSync(ownSysroot)) return undefined
  return {
    name: 'debian',
    cargo: [debian.cargo],
    // Not `cargo clippy`: cargo would look for it in rustup's folder first.
    clippy: [debian.clippy, 'clippy'],
    env: {
      CARGO: debian.cargo,
      RUSTC: debian.rustc,
      // Applies to wasm32 alone: with --target, build scripts and macros are compiled without it.
      CARGO_ENCODED_RUSTFLAGS: ['--sysroot', ownSysroot].join('\x1f'),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: debian.linker
    }
  }
}

/**
 * Flags for what is published: std is compiled along with the library, so that neither holds the texts and the formatting
 * of panics, which nobody reads in a page. (A panic ends the module either way.) They are not stable options, hence
 * RUSTC_BOOTSTRAP.
 */
export const unstableFlags = {
  args: ['-Zbuild-std=std,panic_abort', '-Zbuild-std-features=optimize_for_size'],
  flags: ['-Zunstable-options', '-Cpanic=immediate-abort', '-Zlocation-detail=none', '-Zfmt-debug=none'],
  env: { RUSTC_BOOTSTRAP: '1' }
}

/** Whether the toolchain has the sources of std, which those flags need. rustup is asked for them when they are missing. */
export async function hasStdSources() {
  if (wasmToolchain().name === 'debian') return existsSync(join('/usr', ...library))
  const areThere = () => existsSync(join(activeSysroot(), ...library))
  if (!areThere() && which('rustup')) await tryRustup('component', 'add', 'rust-src')
  return areThere()
}

const activeSysroot = () => ask('rustc', '--print', 'sysroot')

const tryRustup = (...args) => step(`rustup ${args.join(' ')}`, async () => {
  try {
    await runQuietly(['rustup', ...args], { timeout: 60_000, env: { RUSTUP_MAX_RETRIES: '1' } })
  } catch {
    console.log('   not to be had from here')
  }
}, { last: 'a few seconds' })

/** Where std for Debian's rustc is kept. Named after the exact compiler: no other can read it. */
function debianSysroot() {
  const version = existsSync(debian.rustc) && ask(debian.rustc, '-vV')
  if (!version) return undefined
  const [, commit] = /commit-hash: (\w{9})/.exec(version) ?? [undefined, 'unknown']
  return inTools(`wasm32-std-${/release: (.+)/.exec(version)[1]}-${commit}`)
}

export const wasmTarget = {
  name: `Rust for ${target}`,
  otherwise: `\`rustup target add ${target}\``,
  debian: debianPackages.rust,
  isMet: () => wasmToolchain() !== undefined,
  hasPackages: () => existsSync(debian.clippy) && existsSync(join('/usr', ...library)) && which(debian.linker) !== undefined,

  async tryFirst() {
    if (!which('cargo')) throw new Failure('Rust is missing: install it with rustup (https://rustup.rs), then run the same command again.')
    if (!which('rustup') || existsSync(debianSysroot() ?? '')) return
    await tryRustup('target', 'add', target)
  },

  build: () => step("compile Rust's std for wasm32", async () => {
    const sysroot = debianSysroot()
    const work = inTools('build', 'std')
    rmSync(work, { recursive: true, force: true })
    mkdirSync(join(work, 'src'), { recursive: true })
    writeFileSync(join(work, 'Cargo.toml'), '[package]\nname = "empty"\nedition = "2024"\n[workspace]\n[profile.release]\nlto = true\n')
    writeFileSync(join(work, 'src', 'lib.rs'), '#![no_std]\n')
    // RUSTC_BOOTSTRAP: -Zbuild-std is no stable option of cargo's.
    await runQuietly([debian.cargo, 'build', '--release', '--target', target, '-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test'], {
      cwd: work, env: { RUSTC: debian.rustc, RUSTC_BOOTSTRAP: '1', CARGO_TARGET_DIR: join(work, 'target') }
    })
    // Moved into place when whole, so that an interrupted set-up leaves no half of it.
    const built = join(work, 'target', target, 'release', 'deps')
    const whole = join(work, 'sysroot')
    for (const file of readdirSync(built).filter(file => file.endsWith('.rlib') && !file.startsWith('libempty'))) {
      cpSync(join(built, file), join(whole, ...rustlib, file))
    }
    rmSync(sysroot, { recursive: true, force: true })
    renameSync(whole, sysroot)
    rmSync(work, { recursive: true, force: true })
  }, { last: 'about 1 min' })
}

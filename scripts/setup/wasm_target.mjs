// A Rust toolchain with std for wasm32-unknown-unknown (for tests and lints) and the sources of std (for what is
// published): the active one's own, else rustup's download, else Debian's rustc with std compiled once from its sources.
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
  const sysroot = ask('rustc', '--print', 'sysroot')
  if (sysroot && existsSync(join(sysroot, ...rustlib)) && existsSync(join(sysroot, ...library))) {
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
 * How to call cargo for what is published: std is compiled along with the library, so that neither holds the texts and
 * the formatting of panics, which nobody reads in a page. (A panic ends the module either way.) Small functions are
 * inlined before LLVM sees them, which when optimising for size is not done by itself: most of std's take less than the
 * call. The limits are found by trial; higher ones make the module larger again. The options are no stable ones, hence
 * RUSTC_BOOTSTRAP.
 */
export function smallToolchain() {
  const { cargo, env } = wasmToolchain()
  const { CARGO_ENCODED_RUSTFLAGS: _, ...rest } = env
  return {
    cargo,
    args: ['-Zbuild-std=std,panic_abort', '-Zbuild-std-features=optimize_for_size'],
    flags: [
      '-Zunstable-options', '-Cpanic=immediate-abort', '-Zlocation-detail=none', '-Zfmt-debug=none',
      '-Zinline-mir=yes', '-Zinline-mir-threshold=80', '-Zinline-mir-hint-threshold=150'
    ],
    env: { ...rest, RUSTC_BOOTSTRAP: '1' }
  }
}

/** Where std for Debian's rustc is kept. Named after the exact compiler: no other can read it. */
function debianSysroot() {
  const version = existsSync(debian.rustc) && ask(debian.rustc, '-vV')
  if (!version) return undefined
  const [, commit] = /commit-hash: (\w{9})/.exec(version) ?? [undefined, 'unknown']
  return inTools(`wasm32-std-${/release: (.+)/.exec(version)[1]}-${commit}`)
}

export const wasmTarget = {
  name: `Rust for ${target}, with the sources of std`,
  otherwise: `\`rustup target add ${target} && rustup component add rust-src\``,
  debian: debianPackages.rust,
  isMet: () => wasmToolchain() !== undefined,
  hasPackages: () => existsSync(debian.clippy) && existsSync(join('/usr', ...library)) && which(debian.linker) !== undefined,

  async tryFirst() {
    if (!which('cargo')) throw new Failure('Rust is missing: install it with rustup (https://rustup.rs), then run the same command again.')
    if (!which('rustup') || existsSync(debianSysroot() ?? '')) return
    await step(`rustup target add ${target}, rustup component add rust-src (a few seconds)`, () => {
      const options = { timeout: 60_000, env: { RUSTUP_MAX_RETRIES: '1' } }
      try {
        runQuietly(['rustup', 'target', 'add', target], options)
        runQuietly(['rustup', 'component', 'add', 'rust-src'], options)
      } catch {
        console.log("  not to be had from here: Debian's Rust will do")
      }
    })
  },

  build: () => step("compiling Rust's std for wasm32 (about 1 min)", () => {
    const sysroot = debianSysroot()
    const work = inTools('build', 'std')
    rmSync(work, { recursive: true, force: true })
    mkdirSync(join(work, 'src'), { recursive: true })
    writeFileSync(join(work, 'Cargo.toml'), '[package]\nname = "empty"\nedition = "2024"\n[workspace]\n[profile.release]\nlto = true\n')
    writeFileSync(join(work, 'src', 'lib.rs'), '#![no_std]\n')
    // RUSTC_BOOTSTRAP: -Zbuild-std is no stable option of cargo's.
    runQuietly([debian.cargo, 'build', '--release', '--target', target, '-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test'], {
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
  })
}

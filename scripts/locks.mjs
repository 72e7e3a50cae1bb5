// What the lock files let in, checked by `npm run lint`: licences that let anyone use the code, each package with its
// checksum, no other source than the public registries, and no crate twice in the module. `npm run supply-chain` asks
// cargo-deny, too.
import { readFileSync } from 'node:fs'
import { ask, Failure, inProject } from './project.mjs'
import { target } from './setup/wasm_target.mjs'

const licences = new Set([
  'Apache-2.0', 'Apache-2.0 WITH LLVM-exception', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CDLA-Permissive-2.0', 'CC0-1.0', 'ISC', 'MIT', 'Unicode-3.0', 'Zlib'
])
// What is developed with, and not shipped, or says it in its own way.
const exceptions = {
  'node_modules/axe-core': 'MPL-2.0',
  'node_modules/argparse': 'Python-2.0'
}

/** What is wrong with package-lock.json. */
export function npmProblems({ packages }) {
  return Object.entries(packages).filter(([path]) => path !== '').flatMap(([path, { license, integrity, resolved, optional, link }]) => [
    ...allows(license) || exceptions[path] === license ? [] : [`${path}: the licence ${JSON.stringify(license)} is not among those allowed`],
    // Packages for other systems are optional: npm notes their checksums where it installs them.
    ...integrity?.startsWith('sha512-') || optional ? [] : [`${path}: no checksum`],
    ...resolved === undefined ? [] : [`${path}: comes from ${resolved}; leave the address to the registry that is set`],
    ...link ? [`${path}: a link`] : []
  ])
}

/** What is wrong with Cargo.lock. */
export function cargoProblems(lock, ownPackages) {
  return lock.split('[[package]]\n').slice(1).flatMap(text => {
    const { name, source, checksum } = Object.fromEntries([...text.matchAll(/^(\w+) = "([^"]*)"$/gm)].map(([, key, value]) => [key, value]))
    if (ownPackages.includes(name) && !source) return []
    return [
      ...source === 'registry+https://github.com/rust-lang/crates.io-index' ? [] : [`${name}: comes from ${source}`],
      ...checksum?.length === 64 ? [] : [`${name}: no checksum`]
    ]
  })
}

/** Of which crates the module holds two versions, by the list of `cargo tree --duplicates`. */
export const duplicateProblems = list => list.split('\n').filter(Boolean).map(crate => `${crate} is in the module beside another version`)

/** An SPDX expression: one of those joined by OR, or all of those joined by AND. Older packages write lists. */
export function allows(licence) {
  if (Array.isArray(licence)) return licence.some(allows)
  const text = String(licence ?? '').trim().replace(/^\((.*)\)$/, '$1').replace('Apache License 2.0', 'Apache-2.0').replace(/^Apache2$/, 'Apache-2.0')
  if (/ OR |\//.test(text)) return text.split(/ OR |\//).some(allows)
  if (text.includes(' AND ')) return text.split(' AND ').every(allows)
  return licences.has(text)
}

const duplicates = ['tree', '--duplicates', '--package', 'oss-direct-upload', '--features', 'npm', '--edges', 'normal', '--target', target, '--depth', '0', '--prefix', 'none']

export function lockProblems() {
  const read = file => readFileSync(inProject(file), 'utf8')
  const { packages } = JSON.parse(ask('cargo', 'metadata', '--no-deps', '--format-version', '1'))
  const own = packages.map(({ name }) => name)
  const twice = ask('cargo', ...duplicates)
  if (twice === undefined) throw new Failure('cargo tree does not say which crates the module holds twice')
  return [
    ...['package-lock.json', 'tests/bench/package-lock.json'].flatMap(file => npmProblems(JSON.parse(read(file))).map(problem => `${file}: ${problem}`)),
    ...cargoProblems(read('Cargo.lock'), own).map(problem => `Cargo.lock: ${problem}`),
    ...duplicateProblems(twice).map(problem => `Cargo.lock: ${problem}`),
    ...cargoProblems(read('fuzz/Cargo.lock'), [...own, 'oss-direct-upload-fuzz']).map(problem => `fuzz/Cargo.lock: ${problem}`)
  ]
}

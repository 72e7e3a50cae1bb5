// What a page downloads for one upload, file by file, against the budget in package.json (`sizeBudget`, bytes).
// A file that is imported statically from the entry is eager; one that the entry loads on first use is lazy.
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from './build.mjs'
import { Failure, inProject, main } from './project.mjs'

// What an entry's imports do not tell: what it does not download, what it does beside them, and what is measured elsewhere.
const entries = {
  // Only pages that forbid WebAssembly get this.
  '.': { without: ['generated/wasm2js.js'] },
  './slim': { with: ['oss_direct_upload.wasm'] },
  './js': {},
  // What comes on top of the main entry.
  './element': { beside: '.' },
  './files': {},
  './adapters': { beside: '.' },
  './react': { beside: '.' },
  './vue': { beside: '.' }
}

const references = [
  { eager: true, pattern: /\b(?:import|export)\s*(?:[\w*{}$,\s]*?\bfrom\s*)?["'](\.[^"']+)["']/g },
  { eager: false, pattern: /\bimport\(\s*["'](\.[^"']+)["']\s*\)/g }
]

/** Every file that the entry leads to: path → whether it is eager. */
function downloads(path, eager = true, found = new Map()) {
  if (found.get(path) || found.get(path) === eager) return found
  found.set(path, eager)
  const source = readFileSync(path, 'utf8')
  for (const { eager: isStatic, pattern } of references) {
    for (const [, reference] of source.matchAll(pattern)) {
      downloads(join(dirname(path), reference), eager && isStatic, found)
    }
  }
  return found
}

function measure(path) {
  const bytes = readFileSync(path)
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
  }
}

const sum = rows => rows.reduce((total, { raw, gzip, brotli }) =>
  ({ raw: total.raw + raw, gzip: total.gzip + gzip, brotli: total.brotli + brotli }), { raw: 0, gzip: 0, brotli: 0 })

const line = (label, { raw, gzip, brotli }) =>
  console.log(label.padEnd(44) + [raw, gzip, brotli].map(bytes => String(bytes).padStart(10)).join(''))

main(import.meta.url, async () => {
  await build({ publish: true })
  const { exports, sizeBudget } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  const excesses = []
  for (const [entry, budget] of Object.entries(sizeBudget)) {
    const found = downloads(inProject(exports[entry].import.default))
    for (const file of entries[entry].without ?? []) found.delete(inProject('pkg', file))
    const { beside } = entries[entry]
    if (beside) for (const path of downloads(inProject(exports[beside].import.default)).keys()) found.delete(path)
    for (const file of entries[entry].with ?? []) found.set(inProject('pkg', file), false)
    const files = [...found]
      .map(([path, eager]) => ({ path, eager, ...measure(path) }))
      .sort((a, b) => b.eager - a.eager || a.raw - b.raw)
    line(`entry "${entry}"`, { raw: 'raw', gzip: 'gzip -9', brotli: 'brotli 11' })
    for (const file of files) line(`  ${file.eager ? 'eager' : 'lazy '} ${relative(inProject('pkg'), file.path)}`, file)
    const totals = { eager: sum(files.filter(file => file.eager)), all: sum(files) }
    line('  eager', totals.eager)
    line('  all', totals.all)
    for (const [part, limits] of Object.entries(budget)) {
      for (const [encoding, limit] of Object.entries(limits)) {
        const bytes = totals[part][encoding]
        console.log(`  budget ${part} ${encoding}: ${bytes} of ${limit} bytes`)
        if (bytes > limit) excesses.push(`"${entry}" ${part} ${encoding}: ${bytes - limit} bytes above the budget`)
      }
    }
  }
  if (excesses.length > 0) throw new Failure(excesses.join('\n'))
})

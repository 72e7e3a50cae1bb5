// The entries: src/js and what was generated, minified, as ES modules and as CommonJS.
import zopfli from '@gfx/zopfli'
import { build } from 'esbuild'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { inProject } from '../project.mjs'
import { makeElement } from './element.mjs'
import { makeFrameworks } from './frameworks.mjs'
import { makeScript } from './script.mjs'
import { name } from './wasm.mjs'

// The files of the package. All other modules become part of the one that imports them: each entry is one file, so that a
// page fetches it in one go; what is loaded late is a file, too, of which there is one in a page.
const entries = ['index', 'slim', 'js']
const generated = [`${name}_bg`, 'inline', 'wasm2js']

/** Imports of one file by another stay, with the ending of the format. */
const keepFiles = ending => ({
  name: 'keep-files',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/generated\/\w+\.js$/ }, ({ path }) => ({ path: path.replace(/\.js$/, ending), external: true }))
  }
})

/** Fills `pkg` from src/js and the folder with the generated files. */
export async function makeEntries(folder, pkg, { publish }) {
  const js = inProject('src', 'js')
  await writeInline(folder, { publish })
  for (const [format, ending] of [['esm', '.js'], ['cjs', '.cjs']]) {
    const options = {
      bundle: true,
      minify: true,
      charset: 'utf8',
      format,
      target: 'es2022',
      platform: 'neutral',
      outExtension: { '.js': ending },
      plugins: [keepFiles(ending)],
      // In CommonJS `import()` becomes a late `require`: jest knows no other.
      supported: { 'dynamic-import': format === 'esm' },
      logLevel: 'warning'
    }
    await build({ ...options, entryPoints: entries.map(name => join(js, `${name}.js`)), outdir: pkg })
    await build({ ...options, entryPoints: generated.map(name => join(folder, `${name}.js`)), outdir: join(pkg, 'generated') })
    await makeElement(pkg, ending, options)
    await makeFrameworks(pkg, ending, options)
    if (format === 'esm') await makeScript(pkg, options)
  }
  cpSync(join(folder, `${name}.wasm`), join(pkg, `${name}.wasm`))
  for (const types of readdirSync(js).filter(file => file.endsWith('.d.ts'))) {
    const text = readFileSync(join(js, types), 'utf8')
    writeFileSync(join(pkg, types), text)
    writeFileSync(join(pkg, types.replace('.d.ts', '.d.cts')), text.replaceAll(".js'", ".cjs'"))
  }
}

/**
 * Deflated, base64 is smaller than a server's compression would make it, and needs none. Zopfli takes a second or two for
 * what is 7 % smaller than zlib's.
 */
async function writeInline(folder, { publish }) {
  const wasm = readFileSync(join(folder, `${name}.wasm`))
  const deflated = publish ? await zopfli.deflateAsync(wasm, {}) : deflateRawSync(wasm)
  writeFileSync(join(folder, 'inline.js'), `export const base64 = '${Buffer.from(deflated).toString('base64')}'\n`)
}

// The entries: src/js and what `makeEngine` made, minified, as ES modules and as CommonJS.
import { build } from 'esbuild'
import { minify } from 'terser'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { inProject } from '../project.mjs'

// The files of the package. All other modules become part of the one that imports them.
const entries = ['index', 'slim', 'js']
const parts = ['surface', 'engine', 'explain', 'inspect', 'limits']
const lazy = ['inline', 'wasm2js', 'sentences']
const files = [...entries, ...parts, ...lazy]

/** Imports of one file by another stay, with the other's own ending. What else is generated is in this folder. */
const keepFiles = (ending, generated) => ({
  name: 'keep-files',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/generated\/glue\.js$/ }, () => ({ path: join(generated, 'glue.js') }))
    onResolve({ filter: /^\.\// }, ({ path, kind }) => {
      const isFile = kind !== 'entry-point' && files.includes(basename(path, '.js'))
      return isFile ? { path: path.replace(/\.js$/, ending), external: true } : undefined
    })
  }
})

export async function makeEntries(engine, wasm, pkg, { publish }) {
  const js = inProject('src', 'js')
  for (const [format, ending] of [['esm', '.js'], ['cjs', '.cjs']]) {
    const options = {
      bundle: true,
      minify: true,
      charset: 'utf8',
      format,
      target: 'es2022',
      platform: 'neutral',
      outExtension: { '.js': ending },
      plugins: [keepFiles(ending, engine)],
      // In CommonJS `import()` becomes a late `require`: jest knows no other.
      supported: { 'dynamic-import': format === 'esm' },
      logLevel: 'warning'
    }
    await build({ ...options, entryPoints: [...entries, ...parts].map(name => join(js, `${name}.js`)), outdir: pkg })
    await build({ ...options, entryPoints: lazy.map(name => join(engine, `${name}.js`)), outdir: join(pkg, 'generated') })
  }
  if (publish) await shrink(pkg)
  cpSync(join(engine, wasm), join(pkg, wasm))
  for (const types of readdirSync(js).filter(file => file.endsWith('.d.ts'))) {
    const text = readFileSync(join(js, types), 'utf8')
    writeFileSync(join(pkg, types), text)
    writeFileSync(join(pkg, types.replace('.d.ts', '.d.cts')), text.replaceAll(".js'", ".cjs'"))
  }
}

/** Terser takes 3 % off what esbuild has minified, and a second. Data and what has been optimised already stay as they are. */
async function shrink(pkg) {
  const files = readdirSync(pkg).filter(file => /\.c?js$/.test(file))
  for (const file of files) {
    const path = join(pkg, file)
    const { code } = await minify(readFileSync(path, 'utf8'), {
      ecma: 2020,
      module: file.endsWith('.js'),
      // No function is called with `new`: of that the arrows would be incapable.
      compress: { passes: 3, unsafe_arrows: true }
    })
    writeFileSync(path, `${code}\n`)
  }
}

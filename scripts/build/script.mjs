// The main entry as a classic script, for pages without a build: `<script src>` makes the global OssDirectUpload.
import { build } from 'esbuild'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inProject } from '../project.mjs'

const js = inProject('src', 'js')

/** What is loaded late stays the files of the ES modules: a classic script can import these, too. */
const importFromScript = {
  name: 'import-from-script',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]js[\\/]\w+\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/\bimport\(('\.\/generated\/\w+\.js')\)/g, 'import(new URL($1, scriptAddress))')
    }))
  }
}

/** @param options as for the other entries */
export async function makeScript(pkg, options) {
  await build({
    ...options,
    format: 'iife',
    globalName: 'OssDirectUpload',
    supported: { 'dynamic-import': true },
    entryPoints: { 'index.iife': join(js, 'index.js') },
    inject: [join(js, 'script_address.js')],
    plugins: [importFromScript],
    outExtension: {},
    outdir: pkg
  })
}

// The entries for pages that want more than the upload: the element, with Lit inside, and what takes files from a drop.
import { build } from 'esbuild'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { inProject } from '../project.mjs'

const js = inProject('src', 'js')

/** The main entry stays a file of its own: there is one of it in a page. */
const keepMain = ending => ({
  name: 'keep-main',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: `./index${ending}`, external: true }))
  }
})

/** @param options as for the other entries, for the format with this ending */
export async function makeElement(pkg, ending, options) {
  await build({
    ...options,
    entryPoints: ['element', 'files'].map(name => join(js, `${name}.js`)),
    inject: [join(js, 'element', 'no_dom.js')],
    plugins: [keepMain(ending)],
    // Lit's names are in its licence, which goes along.
    legalComments: 'none',
    outdir: pkg
  })
  cpSync(inProject('node_modules', 'lit', 'LICENSE'), join(pkg, 'LICENSE-LIT'))
}

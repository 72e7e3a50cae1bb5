// The entries for pages that want more than the upload: the element, with Lit inside, and what takes files from a drop.
import { build } from 'esbuild'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { inProject } from '../project.mjs'
import { keepMain } from './keep_main.mjs'

const js = inProject('src', 'js')

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

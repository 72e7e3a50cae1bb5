// The entries for pages that are made with a framework: it and the main entry stay what they are, one of each in a page.
import { build } from 'esbuild'
import { join } from 'node:path'
import { inProject } from '../project.mjs'
import { keepMain } from './keep_main.mjs'

const js = inProject('src', 'js')

/** @param options as for the other entries, for the format with this ending */
export async function makeFrameworks(pkg, ending, options) {
  await build({
    ...options,
    entryPoints: ['adapters', 'react', 'vue'].map(name => join(js, `${name}.js`)),
    external: ['react', 'vue'],
    plugins: [keepMain(ending)],
    outdir: pkg
  })
}

// `npm run docs`: the API reference, made by TypeDoc of the package's types, into `docs/api` (docs/tsconfig.json). What is named
// and not exported, or linked and not there, is an error.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { inProject, main, run } from './project.mjs'
import { setUp } from './setup.mjs'

main(import.meta.url, async () => {
  await setUp('build')
  const { exports } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  const entries = Object.values(exports).flatMap(entry => entry.import?.types ?? []).map(types => `src/js/${basename(types)}`)
  run(['node_modules/.bin/typedoc', '--tsconfig', 'docs/tsconfig.json', ...entries])
})

// The module as JavaScript, for pages that may not compile WebAssembly: `instantiate(imports)` gives its exports.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, inProject, runQuietly } from '../project.mjs'
import { features } from './wasm.mjs'

const tool = name => inProject('node_modules/.bin', name)

// wasm2js knows the first WebAssembly only.
const lowered = ['--llvm-memory-copy-fill-lowering', '--llvm-nontrapping-fptoint-lowering', '--signext-lowering']

/** Writes `wasm2js.js` into the folder. */
export async function convertToJs(wasm, folder) {
  const first = join(folder, 'lowered.wasm')
  const output = join(folder, 'lowered.js')
  await runQuietly([tool('wasm-opt'), wasm, ...features, ...lowered, '-o', first])
  await runQuietly([tool('wasm2js'), first, '-Oz', '-o', output])
  writeFileSync(join(folder, 'wasm2js.js'), asFunction(readFileSync(output, 'utf8')))
}

/** For development builds, which have no time for it. */
export function leaveOutJs(folder) {
  writeFileSync(join(folder, 'wasm2js.js'), `export function instantiate() {
  throw new Error('This development build has no form without WebAssembly: run \`npm run build -- --publish\`.')
}
`)
}

/**
 * wasm2js's file is `import …`, a function `asmFunc` from imports to exports, and a call of it whose results are exported.
 * Here the function is wanted: the call would bring the imports in a second time. So its lines around the function are
 * replaced, and what the function lacks is put around it.
 */
function asFunction(output) {
  const [, asmFunc] = /^(?:import .*\n)+([\s\S]*)^var retasmFunc = /m.exec(output) ?? []
  if (!asmFunc) throw new Failure("wasm2js's output is not as expected")
  return [
    `import { detachingOutgrown } from ${JSON.stringify(inProject('scripts', 'build', 'wasm2js_memory.js'))}`,
    asmFunc,
    'export const instantiate = detachingOutgrown(asmFunc)',
    ''
  ].join('\n')
}

// Compiles the public types, and what uses them rightly and wrongly, with two majors of TypeScript.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const require = createRequire(import.meta.url)

for (const name of ['typescript-7', 'typescript']) {
  const manifest = require.resolve(`${name}/package.json`)
  const { version, bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  test(`TypeScript ${version}`, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(dirname(manifest), bin.tsc), '--pretty', 'false', '-p', here], { encoding: 'utf8' })
    assert.equal(status, 0, `${stdout}${stderr}`)
  })
}

test('the two compilers are of different majors', () => {
  const [newest, older] = ['typescript-7', 'typescript'].map(name => parseInt(require(`${name}/package.json`).version, 10))
  assert.ok(newest > older, `${newest} > ${older}`)
})

test('the codes and phases of the types are those of the crate', () => {
  const types = readFileSync(join(here, '../../src/js/index.d.ts'), 'utf8')
  const crate = readFileSync(join(here, '../../src/error/code.rs'), 'utf8')
  for (const [union, kind] of [['UploadErrorCode', 'Code'], ['UploadPhase', 'Phase']]) {
    const inTypes = /=([^]*?)\n\n/.exec(types.slice(types.indexOf(`export type ${union}`)))[1].match(/(?<=')\w+(?=')/g)
    const inCrate = /match self \{([^]*?)\n {8}\}/.exec(crate.slice(crate.indexOf(`impl ${kind}`)))[1].match(/(?<=")\w+(?=")/g)
    assert.deepEqual(inTypes, inCrate)
  }
})

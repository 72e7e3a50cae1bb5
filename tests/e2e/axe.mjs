// The rules of WCAG 2 and best practice that a machine can judge; contrast included.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export async function assertAccessible(driver, what) {
  await driver.executeScript(`if (!globalThis.axe) { ${axe} }`)
  const problems = await driver.executeAsyncScript(`
    const done = arguments[0]
    axe.run().then(result => done(result.violations.map(({ id, nodes }) => id + ': ' + nodes.map(node => node.html).join(' '))), error => done([String(error)]))`)
  assert.deepEqual(problems, [], what)
}

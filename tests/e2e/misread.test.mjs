// What a backend, a page or a network may hand over and a library may misread: each row of the table with what a user
// gets, through the package's entry, in a real browser. Prints the table that it checked.

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { answers } from './misread/answers.mjs'
import { bounds } from './misread/bounds.mjs'
import { options } from './misread/options.mjs'
import { surroundings } from './misread/surroundings.mjs'
import { makeTools } from './misread/tools.mjs'
import { words } from './misread/words.mjs'
import { toTable } from './table.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()
beforeEach(() => world.openBlank())

const table = []
after(() => {
  const lines = table.map(({ name, expected, now, isStored }) => [fits(now, expected) && isStored === mayBeStored(now) ? 'ok' : 'WRONG', name, short(now), short(expected)])
  console.log(toTable([['', 'row', 'now', 'expected'], ...lines]))
  console.log(`${lines.filter(([word]) => word === 'ok').length} of ${lines.length} rows as expected`)
})

const fits = (now, expected) => expected instanceof RegExp ? expected.test(now) : now === expected
const short = value => String(value).slice(0, 110)

/** A row that reports an upload's end may not have stored anything unless it says so. */
const ENDS = /^(done|[A-Z_]+: |TypeError: )/
const mayBeStored = now => ENDS.test(now) ? String(now).startsWith('done') : undefined

let number = 0

for (const [name, expected, because, work, argument] of [...answers, ...options, ...surroundings, ...words, ...bounds]) {
  number += 1
  const fileName = `misread-${number}`
  test(`${name} (${because})`, async () => {
    const now = await world.run(`async (oss, name, argument) => (${work})((${makeTools})(oss, name), argument)`, fileName, argument ?? null)
    const isStored = ENDS.test(now) ? (await world.objects(fileName)).length > 0 : undefined
    table.push({ name, expected, now, isStored })
    assert.ok(fits(now, expected), `${now} instead of ${expected}`)
    assert.equal(isStored, mayBeStored(now), 'whether it is stored')
  })
}

// A fault that the soak has to notice is put into the code by search and replace: each finds its place, and just one.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inProject } from '../../scripts/project.mjs'
import { mutants } from './mutants.mjs'

for (const [what, edits] of mutants) {
  test(`a library that ${what}`, () => {
    for (const [file, from, to] of edits) {
      assert.equal(readFileSync(inProject(...file.split('/')), 'utf8').split(from).length, 2, `${file}: ${from}`)
      assert.notEqual(from, to)
    }
  })
}

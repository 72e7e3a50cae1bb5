import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { survivors, withoutPlace } from './mutants.mjs'
import { inProject } from './project.mjs'

test('a mutant is known by its name, wherever it stands', () => {
  assert.equal(withoutPlace('src/form/mod.rs:87:9: replace PostForm::key -> &str with ""'), 'src/form/mod.rs: replace PostForm::key -> &str with ""')
})

test('each survivor has a reason, and is still in the code', () => {
  for (const [name, reason] of Object.entries(survivors())) {
    assert.match(reason, /\w+ \w+/, `${name}: why does it survive?`)
    const { file, rest } = /^(?<file>\S+\.rs): (?<rest>.+)$/.exec(name)?.groups ?? assert.fail(`${name}: no name of a mutant`)
    const [, functionName] = /(?:in|replace) (?:<.*>::|\w+::)?(\w+)(?: ->.*)?$/.exec(rest) ?? assert.fail(`${name}: in which function?`)
    assert.match(readFileSync(inProject(file), 'utf8'), new RegExp(`fn ${functionName}\\b`), `${name}: gone from the code`)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFlags, readNumber, readWords } from './flags.mjs'
import { Failure } from './project.mjs'

test('an unknown flag tells how the command is used', () => {
  const read = args => readFlags(args, { seconds: { type: 'string', default: '60' } }, 'npm run fuzz -- [--seconds N]')
  assert.equal(read([]).seconds, '60')
  assert.throws(() => read(['--second', '1']), error => error instanceof Failure && error.message.endsWith('Usage: npm run fuzz -- [--seconds N]'))
})

test('words only for a command that takes them', () => {
  const options = { rounds: { type: 'string', default: '5' } }
  assert.deepEqual({ ...readWords(['large', '--rounds', '2'], options, '').values }, { rounds: '2' })
  assert.deepEqual(readWords(['large', '--rounds', '2', 'small'], options, '').positionals, ['large', 'small'])
  assert.throws(() => readFlags(['large'], options, 'npm run fuzz'), Failure)
})

test('numbers within their bounds', () => {
  assert.equal(readNumber('port', '8080', { from: 1, to: 65533 }), 8080)
  assert.equal(readNumber('minutes', '0.5', { from: 0.1, to: 10, fraction: true }), 0.5)
  for (const text of ['', ' ', 'x', '0', '-1', '65534', '1.5', 'NaN']) {
    assert.throws(() => readNumber('port', text, { from: 1, to: 65533 }), Failure, text)
  }
})

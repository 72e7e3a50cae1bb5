// The parts of the element that need no browser.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Announcer } from '../../src/js/element/announcer.js'
import { duration, percent, size, speed, splitName } from '../../src/js/element/format.js'
import { texts } from '../../src/js/element/text.js'
import { UploadList } from '../../src/js/element/upload_list.js'

const words = texts('en')
const MiB = 1024 * 1024

test('sizes are written as in the messages of the library', () => {
  // The literals of src/text/tests.rs, and their neighbours.
  for (const [bytes, text] of [[0, '0 bytes'], [1, '1 byte'], [1023, '1023 bytes'], [1024, '1 KB'], [1536, '1.5 KB'], [5000, '4.9 KB'],
    [MiB - 1, '1 MB'], [MiB, '1 MB'], [5 * 1024 * MiB, '5 GB']]) assert.equal(size(bytes, words), text)
  assert.equal(size(512, texts('zh-CN')), '512 字节')
  assert.equal(speed(2 * MiB, words), '2 MB/s')
})

test('a hundred per cent is all of it', () => {
  assert.deepEqual([0, 0.456, 0.9999, 1].map(percent), ['0%', '45%', '99%', '100%'])
})

test('times never are nothing', () => {
  assert.deepEqual([0, 1, 59_000, 125_000, 3_840_000].map(time => duration(time, 'en')), ['1s', '1s', '59s', '2m 5s', '1h 4m'])
})

test('of a long name the ending stays', () => {
  for (const [name, ending] of [['a very long name of 2026-08-31.jpeg', '-08-31.jpeg'], ['short.md', 'short.md'], ['no extension at all', 'at all'],
    ['x.averylongextension', 'ension'], ['🎉🎉🎉🎉🎉🎉🎉🎉.png', '🎉🎉🎉🎉🎉🎉.png'], ['', '']]) {
    const [first, last] = splitName(name)
    assert.equal(last, ending)
    assert.equal(first + last, name)
  }
})

test('both languages have the same texts, of the same kind', () => {
  const shape = value => (typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shape(part)])) : typeof value)
  assert.deepEqual(shape(texts('zh-CN')), shape(words))
})

test('what happens is told at once, and what follows together', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const said = []
  const announcer = new Announcer(sentence => said.push(sentence), () => words)
  announcer.count('added', 3)
  announcer.count('done', 1, 'a.bin: uploaded')
  assert.deepEqual(said, ['3 files added'])
  mock.timers.tick(1500)
  assert.equal(said.at(-1), 'a.bin: uploaded')
  for (let index = 0; index < 1000; index += 1) announcer.count(index % 10 === 0 ? 'failed' : 'done', 1, `${index}`)
  announcer.notice('At most 2 files: 1 left out.')
  mock.timers.tick(1500)
  assert.deepEqual(said.slice(2), ['100 failed, 900 files uploaded At most 2 files: 1 left out.'])
  mock.timers.tick(60_000)
  assert.equal(said.length, 3)
  announcer.notice('again')
  assert.equal(said.at(-1), 'again')
  mock.timers.reset()
})

test('what all files come to: the failed and cancelled do not count, and the paused start again', () => {
  const list = new UploadList(() => ({}), () => {})
  const row = (state, loaded = 0) => ({
    state, size: 100, isSending: ['uploading', 'verifying'].includes(state), isOver: ['done', 'failed', 'aborted'].includes(state), progress: { loaded, speed: 10 }
  })
  assert.deepEqual([list.total.ratio, list.total.eta, list.isBusy], [1, null, false])
  list.rows = [row('done'), row('uploading', 40), row('paused', 90), row('queued'), row('failed', 50), row('aborted', 50)]
  assert.deepEqual(list.total, { loaded: 140, total: 400, speed: 10, pending: 3, paused: 1, done: 1, failed: 1, ratio: 0.35, eta: 26_000 })
  assert.equal(list.isBusy, true)
})

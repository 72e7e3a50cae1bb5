// From the demo page to the bucket: the bytes that are stored are the bytes of the file.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KiB, MiB, makeBytes, sha256 } from './bytes.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

/** The one object stored under keys that hold `text` must be the file, and the page must say so. */
async function assertStored(row, file, text = row.name) {
  const stored = await world.objects(text)
  assert.equal(stored.length, 1, `one object for ${JSON.stringify(text)}`)
  const [object] = stored
  assert.equal(object.size, file.size)
  assert.equal(object.sha256, file.sha256)
  assert.equal(row.key, object.key)
  const facts = await world.facts(row.name)
  assert.equal(facts.key, object.key)
  assert.equal(facts.bucket, object.bucket)
  assert.equal(facts.crc64, String(object.crc64))
  assert.equal(facts.verified, 'true')
  assert.match(facts.requestId, /^[0-9A-F]{24}$/)
  return object
}

for (const [words, size] of [['0 bytes', 0], ['1 byte', 1], ['5 MiB', 5 * MiB], ['300 MiB', 300 * MiB]]) {
  test(`a file of ${words}`, async () => {
    const file = await world.folder.write(`size-${size}.bin`, size)
    await world.openPage()
    await world.choose(file)
    const row = await world.untilRow(file.name, 'done')
    await assertStored(row, file)
    const { url } = await world.facts(file.name)
    assert.equal(decodeURIComponent(new URL(url).pathname).endsWith(`/${file.name}`), true)
  })
}

const longName = `${'长'.repeat(83)}.${'x'.repeat(5)}`
const names = ['报告 2026.pdf', '🎉.png', 'a"b.txt', '${filename}.txt', longName]

test('the long name has 255 bytes, the most that file systems allow', () => {
  assert.equal(Buffer.byteLength(longName), 255)
})

for (const [index, name] of names.entries()) {
  test(`a file named ${JSON.stringify(name)}`, async () => {
    const file = await world.folder.write(name, 3 * KiB + index)
    await world.openPage()
    await world.choose(file)
    const row = await world.untilRow(name, 'done')
    const object = await assertStored(row, file)
    assert.equal(object.key.endsWith(`/${name}`), true, object.key)
  })
}

test('a file with a line break in its name', async () => {
  const name = 'first\r\nsecond.txt'
  const file = { name, size: 2 * KiB, seed: 77, sha256: sha256(makeBytes(77, 2 * KiB)) }
  await world.openPage()
  await world.give([file])
  const row = await world.untilRow(name, 'done')
  const object = await assertStored(row, file, 'second.txt')
  assert.equal(object.key.endsWith(`/${name}`), true, JSON.stringify(object.key))
})

// [name, the File's type, the type that OSS is to store]
const types = [
  ['no-type', '', 'application/octet-stream'],
  ['wrong-type.png', 'text/plain', 'text/plain']
]
for (const [name, type, stored] of types) {
  test(`a file of type ${JSON.stringify(type)} is stored as ${stored}`, async () => {
    const file = { name, type, size: 100, seed: 5, sha256: sha256(makeBytes(5, 100)) }
    await world.openPage()
    await world.give([file])
    const object = await assertStored(await world.untilRow(name, 'done'), file)
    assert.equal(headerOf(object, 'content-type'), stored)
  })
}

function headerOf(object, name) {
  return Object.entries(object.headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

for (const [route, bucket] of [['temp', 'hbr-temp-bucket'], ['ens', 'test-standin'], ['v1', 'demo-bucket'], ['v4', 'demo-bucket']]) {
  test(`route ${route} leads to the bucket ${bucket}`, async () => {
    const file = await world.folder.write(`route-${route}.bin`, 10 * KiB)
    await world.openPage({ route })
    await world.choose(file)
    const object = await assertStored(await world.untilRow(file.name, 'done'), file)
    assert.equal(object.bucket, bucket)
  })
}

test('several files at once, chosen, dropped and pasted', async () => {
  const files = ['chosen', 'dropped', 'pasted'].map((how, index) => {
    const seed = 1000 + index
    return { name: `${how}.bin`, size: 50 * KiB, seed, sha256: sha256(makeBytes(seed, 50 * KiB)) }
  })
  await world.openPage()
  await world.give([files[0]], 'choose')
  await world.give([files[1]], 'drop')
  await world.give([files[2]], 'paste')
  for (const file of files) await assertStored(await world.untilRow(file.name, 'done'), file)
})

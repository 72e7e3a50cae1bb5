import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nameByLikeness } from './build/order.mjs'

/** A module with one import, and functions of these bodies. */
function moduleOf(bodies) {
  const section = (id, bytes) => [id, bytes.length, ...bytes]
  const code = bodies.flatMap(body => [body.length + 2, 0, ...body, 0x0b])
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 0, 0]),
    ...section(2, [1, 1, 0x61, 1, 0x62, 0, 0]),
    ...section(3, [bodies.length, ...bodies.map(() => 0)]),
    ...section(10, [bodies.length, ...code])
  ])
}

const nops = count => Array(count).fill(0x01)
const drops = count => Array(count).fill([0x41, 0, 0x1a]).flat()

test('a function is followed by the one that is most like it', context => {
  const folder = mkdtempSync(join(tmpdir(), 'oss-direct-upload-order-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const [from, to] = [join(folder, 'from.wasm'), join(folder, 'to.wasm')]
  writeFileSync(from, moduleOf([drops(4), nops(12), [...drops(3), ...nops(2)], nops(9)]))
  nameByLikeness(from, to)
  const [names] = WebAssembly.Module.customSections(new WebAssembly.Module(readFileSync(to)), 'name')
  const text = Buffer.from(names).toString('latin1')
  assert.deepEqual(text.match(/!\d+|f\d+/g), ['!0', 'f00000', 'f00002', 'f00001', 'f00003'])
})

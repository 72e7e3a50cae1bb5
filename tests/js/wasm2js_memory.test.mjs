import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detachingOutgrown } from '../../scripts/build/wasm2js_memory.js'

/** As wasm2js writes a module: its memory gets another buffer when it grows. */
function asmFunc(imports) {
  let buffer = new ArrayBuffer(8)
  const grow = () => {
    const larger = new ArrayBuffer(buffer.byteLength * 2)
    new Uint8Array(larger).set(new Uint8Array(buffer))
    buffer = larger
  }
  return {
    memory: { get buffer() { return buffer } },
    grow,
    growAndCall() {
      grow()
      return imports.glue.called(1, 2)
    },
    growAndThrow() {
      grow()
      throw new Error('a trap')
    },
    size: () => buffer.byteLength
  }
}

function start(called = () => {}) {
  const exports = detachingOutgrown(asmFunc)({ glue: { called } })
  const view = new Uint8Array(exports.memory.buffer)
  view[0] = 7
  return { exports, view }
}

test('a view of a memory that has grown is empty, as with WebAssembly', () => {
  const { exports, view } = start()
  assert.equal(exports.size(), 8)
  assert.equal(view.byteLength, 8)
  exports.grow()
  assert.equal(view.byteLength, 0)
  assert.equal(exports.size(), 16)
  assert.equal(new Uint8Array(exports.memory.buffer)[0], 7)
})

test('that is so when the module calls out, and when it ends with an error', () => {
  let view
  const seen = []
  const { exports, view: first } = start((...values) => {
    seen.push(view.byteLength, ...values)
    return 'back'
  })
  view = first
  assert.equal(exports.growAndCall(), 'back')
  assert.deepEqual(seen, [0, 1, 2])
  view = new Uint8Array(exports.memory.buffer)
  assert.throws(() => exports.growAndThrow(), /a trap/)
  assert.equal(view.byteLength, 0)
})

// Each fault of the stand-in's table drives a real upload to its right end. Prints the table that it checked.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { KiB } from './bytes.mjs'
import { done, ossFaults, paramsFaults } from './fault_table.mjs'
import { cell, isOne, toTable } from './table.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

const table = []
after(() => {
  const lines = table.map(({ fault, options, expected, observed }) => [
    fault, options, ...Object.keys(expected).map(name => cell(expected[name], observed[name]))
  ])
  console.log(toTable([['fault', 'options', ...Object.keys(done)], ...lines]))
})

let number = 0

function check(fault, where, expected, { route = '/api/upload-params', size = 256 * KiB, ...options } = {}) {
  number += 1
  const words = Object.keys(options).length > 0 ? JSON.stringify(options) : ''
  const name = where === 'oss' ? `f${number},fault=${fault}.bin` : `f${number}.bin`
  const params = where === 'params' ? `${route}?fault=${encodeURIComponent(fault)}` : route
  test(`${where}: ${fault} ${words}`, async () => {
    await world.openBlank()
    const { message, state, code, attempts, refreshes, verified } = await world.run(uploadAndWatch, { name, size, params, ...options })
    const stored = (await world.objects(name)).length > 0
    // What the page leaves out arrives as null.
    const observed = { state, code: code ?? undefined, attempts, refreshes, stored, verified: verified ?? undefined }
    table.push({ fault: `${where}: ${fault}`, options: words, expected, observed })
    for (const name of Object.keys(expected)) {
      assert.ok(isOne(expected[name], observed[name]), `${name}: ${observed[name]} instead of ${expected[name]}; ${message ?? ''}`)
    }
  })
}

/** In the page: one upload, and how it went. `isForBackend` tells its requests from the one for the module. */
async function uploadAndWatch({ upload, makeBytes, isForBackend }, { name, size, type, params, fixedKey, ...options }) {
  let asked = 0
  const { fetch } = globalThis
  globalThis.fetch = (request, ...rest) => {
    asked += isForBackend(request)
    return fetch(request, ...rest)
  }
  const attempts = []
  const observed = { state: 'queued' }
  try {
    const result = await upload(new File([makeBytes(9, size)], name, { type }), {
      params,
      ...fixedKey && { key: (file, dir) => dir + file.name },
      retry: { attempts: 4, minDelay: 20, maxDelay: 100 },
      onProgress() {},
      onStateChange: state => { observed.state = state },
      onAttempt: attempt => attempts.push(attempt),
      ...options
    })
    observed.verified = result.verified
  } catch (error) {
    observed.code = error.code ?? String(error)
    observed.message = error.message
  }
  globalThis.fetch = fetch
  return { ...observed, attempts: attempts.length, refreshes: asked - 1 }
}

for (const [fault, expected, options] of ossFaults) check(fault, 'oss', expected, options)
for (const [fault, expected, options] of paramsFaults) check(fault, 'params', expected, options)

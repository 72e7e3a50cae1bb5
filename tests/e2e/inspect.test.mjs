// What `parsePolicy` and `normalizeParams` say, in the words of index.d.ts.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { beforeEach, test } from 'node:test'
import { useWorld } from './world.mjs'

const world = useWorld()
beforeEach(() => world.openBlank())

// The policy of OSS's PostObject documentation, shortened.
const policy = {
  expiration: '2023-12-03T13:00:00.000Z',
  conditions: [
    { bucket: 'examplebucket' },
    ['content-length-range', 1, 10],
    ['eq', '$success_action_status', '201'],
    ['starts-with', '$key', ''],
    ['in', '$content-type', ['image/jpg', 'image/png']],
    ['not-in', '$cache-control', ['no-cache']],
    ['in', '$content-encoding', []]
  ]
}

test('a policy in the words of the types', async () => {
  const read = await world.run(({ parsePolicy }, text) => parsePolicy(btoa(text)), JSON.stringify(policy))
  assert.deepEqual(read, {
    expiration: '2023-12-03T13:00:00.000Z',
    conditions: [
      { operator: 'eq', field: 'bucket', value: 'examplebucket' },
      { operator: 'content-length-range', min: 1, max: 10 },
      { operator: 'eq', field: 'success_action_status', value: '201' },
      { operator: 'starts-with', field: 'key', value: '' },
      { operator: 'in', field: 'content-type', values: ['image/jpg', 'image/png'] },
      { operator: 'not-in', field: 'cache-control', values: ['no-cache'] },
      { operator: 'in', field: 'content-encoding', values: [] }
    ],
    warnings: []
  })
})

test('a text that is no policy', async () => {
  const refused = await world.run(({ parsePolicy, UploadError }) =>
    parsePolicy('not a policy').catch(error => [error instanceof UploadError, error.code]))
  assert.deepEqual(refused, [true, 'INVALID_PARAMS'])
})

test('parameters are read without their secrets', async () => {
  const { response } = JSON.parse(readFileSync(new URL('../vectors/create-temp-file-upload-url.json', import.meta.url), 'utf8'))
  const params = await world.run(({ normalizeParams }, response) => normalizeParams(response), response)
  assert.deepEqual(params, {
    url: 'https://hbr-temp-bucket.oss-cn-shenzhen.aliyuncs.com/',
    bucket: 'hbr-temp-bucket',
    key: 'temp/1440155109798732/upload/2022-07-29/49bed34c-b430-4e7e-89b1-4be2b734f95c/iaclone.diff',
    signatureVersion: 'V1',
    fields: ['OSSAccessKeyId', 'policy', 'Signature'],
    // 1654326678 s after 1970.
    expiration: '2022-06-04T07:11:18.000Z'
  })
})

test('what is not known of parameters is not there', async () => {
  const names = await world.run(async ({ normalizeParams }) => {
    const answer = { url: 'https://cdn.example.com/', fields: { key: 'a.txt' } }
    const prefix = { host: 'https://cdn.example.com', dir: 'user/' }
    const options = { anonymous: true, allowedHosts: ['cdn.example.com'] }
    return Promise.all([answer, prefix].map(answer => normalizeParams(answer, options)))
  })
  assert.deepEqual(names, [
    { url: 'https://cdn.example.com/', key: 'a.txt', signatureVersion: 'none', fields: [] },
    { url: 'https://cdn.example.com/', dir: 'user/', signatureVersion: 'none', fields: [] }
  ])
})

test('an answer that is no parameters, or those of a host that is not allowed', async () => {
  const codes = await world.run(async ({ normalizeParams }) => {
    const cyclic = {}
    cyclic.data = cyclic
    const code = (answer, options) => normalizeParams(answer, options).catch(error => error.code)
    const odd = [undefined, null, 5, 'text', Symbol('a'), () => {}, cyclic]
    const elsewhere = { url: 'https://cdn.example.com/', fields: { key: 'a.txt' } }
    return Promise.all([...odd.map(answer => code(answer)), code({}, null), code(elsewhere, { anonymous: true, allowedHosts: [] })])
  })
  assert.deepEqual(codes, [...Array(8).fill('INVALID_PARAMS'), 'FORBIDDEN_HOST'])
})

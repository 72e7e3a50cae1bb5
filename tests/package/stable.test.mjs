// The two ways to build what is published: with unstable options of the compiler, and on plain stable. The same has to
// hold of both.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { build } from '../../scripts/build.mjs'
import { inProject } from '../../scripts/project.mjs'
import { command } from './project.mjs'
import { wantsAll } from './world.mjs'

const all = { skip: !wantsAll && 'slow: npm run test:package -- --all' }
const folder = mkdtempSync(join(tmpdir(), 'oss-direct-upload-stable-'))
const pkgs = { 'with unstable options': inProject('pkg'), 'on plain stable': join(folder, 'pkg') }

before(async () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  if (wantsAll) await build({ publish: true, stable: true, pkg: pkgs['on plain stable'] })
})
after(() => rmSync(folder, { recursive: true, force: true }))

// CRC-64/XZ of its own check string, from the catalogue of parametrised CRC algorithms: 0x995DC9BBDF1939FA. What is
// hashed is longer than the memory that the module begins with.
const smoke = pkg => `
import { readFileSync } from 'node:fs'
import * as index from '${pkg}/index.js'
import * as js from '${pkg}/js.js'
import * as slim from '${pkg}/slim.js'

const [, , name] = process.argv
const { createUploader, crc64, normalizeParams, parsePolicy, upload } = { index, js, slim }[name]
if (name === 'slim') await slim.init(readFileSync('${pkg}/oss_direct_upload.wasm'))

const said = {}
said.check = await crc64(new Blob(['123456789']))
said.long = await crc64(new Blob([new Uint8Array(20_000_000)]))
said.policy = await parsePolicy(btoa('{"expiration":"2023-12-03T13:00:00.000Z","conditions":[["eq","$key","a"]]}'))
said.noPolicy = await parsePolicy('no policy').catch(error => [error.name, error.code])
said.params = await normalizeParams({ url: 'https://cdn.example.com/', fields: { key: 'a.txt' } }, { anonymous: true })
said.refused = await upload(new Blob(['x']), { params: () => ({}) }).catch(error => [error.name, error.code])
const uploader = createUploader({ params: () => ({}), concurrency: 5 })
for (let i = 0; i < 2000; i += 1) uploader.add(new File(['x'.repeat(i)], 'n'.repeat(i)))
await uploader.idle()
said.states = [...new Set(uploader.tasks.map(task => task.state))]
console.log(JSON.stringify(said))
`

const expected = {
  check: '11051210869376104954',
  policy: { expiration: '2023-12-03T13:00:00.000Z', conditions: [{ operator: 'eq', field: 'key', value: 'a' }], warnings: [] },
  noPolicy: ['UploadError', 'INVALID_PARAMS'],
  params: { url: 'https://cdn.example.com/', key: 'a.txt', signatureVersion: 'none', fields: [] },
  refused: ['UploadError', 'INVALID_PARAMS'],
  states: ['failed']
}

for (const [way, pkg] of Object.entries(pkgs)) {
  for (const entry of ['index', 'slim', 'js']) {
    test(`${way}: ${entry}`, all, () => {
      writeFileSync(join(folder, 'smoke.mjs'), smoke(pkg))
      const { long, ...said } = JSON.parse(command(folder, process.execPath, 'smoke.mjs', entry))
      assert.deepEqual(said, expected)
      assert.match(long, /^\d+$/)
    })
  }

  test(`${way}: no path of this machine is in the wasm`, all, () => {
    const text = readFileSync(join(pkg, 'oss_direct_upload.wasm'), 'latin1')
    for (const path of [inProject(), homedir()]) assert.ok(!text.includes(path), path)
  })
}

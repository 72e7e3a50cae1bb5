// `curl -F`: the form that everybody's documents show.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run, sha256, stored, useStandin } from './world.mjs'

const standin = useStandin()
const bytes = randomBytes(3_000_001)
let folder
let file

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curl-'))
  file = join(folder, '报告 2026.bin')
  await writeFile(file, bytes)
})
after(() => rm(folder, { recursive: true }))

async function curl(...args) {
  const { code, output, log } = await run('curl', ['--silent', '--show-error', '--max-time', '30', '--include', ...args])
  assert.equal(code, 0, log)
  // A body of this size is announced first.
  return output.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
}

async function parameters() {
  const { Endpoint, BucketName, TempFileKey, OssAccessKeyId, Policy, Signature } =
    await (await fetch(`${standin.site}/api/upload-params?fileName=${encodeURIComponent('报告 2026.bin')}`)).json()
  const form = [`key=${TempFileKey}`, `OSSAccessKeyId=${OssAccessKeyId}`, `policy=${Policy}`, `Signature=${Signature}`]
  return { url: `${Endpoint}/${BucketName}/`, bucket: BucketName, key: TempFileKey, form: form.flatMap(field => ['--form-string', field]) }
}

test('a form in the documented order is stored', async () => {
  const { url, bucket, key, form } = await parameters()
  const output = await curl(...form, '-F', `file=@${file}`, url)
  assert.match(output, /^HTTP\/1\.1 204 /)
  assert.equal(sha256(await stored(standin, bucket, key)), sha256(bytes))
})

test('the file first: OSS does not see the key', async () => {
  const { url, bucket, key, form } = await parameters()
  const output = await curl('-F', `file=@${file}`, ...form, url)
  assert.match(output, /^HTTP\/1\.1 400 /)
  assert.match(output, /The bucket POST must contain the specified 'key'\. If it is specified, please check the order of the fields/)
  assert.equal(await stored(standin, bucket, key), undefined)
})

test('${filename} in the key is what curl calls the file', async () => {
  const { host, accessid, policy, signature, dir, x_oss_object_acl: acl } = await (await fetch(`${standin.site}/api/policy/v1`)).json()
  const fields = [`key=${dir}curl/\${filename}`, `OSSAccessKeyId=${accessid}`, `policy=${policy}`, `Signature=${signature}`, `x-oss-object-acl=${acl}`]
  const output = await curl(...fields.flatMap(field => ['--form-string', field]), '-F', `file=@${file};filename=a/b/c.bin`, `${host}/`)
  assert.match(output, /^HTTP\/1\.1 204 /)
  assert.equal(sha256(await stored(standin, 'demo-bucket', `${dir}curl/c.bin`)), sha256(bytes))
})

// Alibaba's own SDKs for Python (alibabacloud-hbr20170908, alibabacloud-ens20171110) against the stand-in's gateway.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { keys, post, runPython, sts, useStandin } from './world.mjs'

const script = fileURLToPath(new URL('cloud_apis.py', import.meta.url))
const vector = name => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'))
const standin = useStandin()

/** One process for all calls: the SDKs take seconds to load. */
async function callAll(calls) {
  const input = calls.map(call => JSON.stringify(call)).join('\n')
  const { code, output, log } = await runPython([script, new URL(standin.api).host], { input })
  assert.equal(code, 0, log)
  return output.trim().split('\n').map(line => JSON.parse(line))
}

const callWith = (given, ...calls) => callAll(calls.map(call => ({ ...given, ...call })))

test('CreateTempFileUploadUrl answers with the documented fields, under either signature', async () => {
  const name = "报告 2026 *~'.pdf"
  const results = await callWith(keys, { api: 'hbr', file_name: name }, { api: 'hbr', file_name: name, style: 'v2' })
  for (const { answer } of results) {
    assert.deepEqual(Object.keys(answer).sort(), Object.keys(vector('create-temp-file-upload-url').response).sort())
    assert.equal(answer.Success, true)
    assert.equal(answer.Code, '200')
    assert.equal(answer.Message, 'successful')
    assert.match(answer.TempFileKey, /^temp\/\d+\/upload\/\d{4}-\d\d-\d\d\/[0-9a-f-]{36}\//)
    assert.ok(answer.TempFileKey.endsWith(`/${name}`))
    assert.ok(answer.ExpireTime > Date.now() / 1000)
  }
})

test('what CreateTempFileUploadUrl authorises, OSS stores', async () => {
  const [{ answer }] = await callWith(keys, { api: 'hbr', file_name: 'a.txt' })
  const { Endpoint, BucketName, TempFileKey: key, OssAccessKeyId: OSSAccessKeyId, Policy: policy, Signature } = answer
  const stored = await post(`${Endpoint}/${BucketName}/`, { key, OSSAccessKeyId, policy, Signature })
  assert.equal(stored.status, 204)
})

test('PrepareUpload answers with the documented fields and no others', async () => {
  const [plain, withIp] = await callWith(keys, { api: 'ens', bucket: 'test' }, { api: 'ens', bucket: 'test', client_ip: '203.0.113.7' })
  for (const { answer } of [plain, withIp]) {
    assert.deepEqual(Object.keys(answer).sort(), Object.keys(vector('prepare-upload').response).sort())
    assert.equal(answer.BucketName, 'test-standin')
  }
})

test('temporary keys work with their token, and not otherwise', async () => {
  const call = { api: 'hbr', file_name: 'a.txt' }
  const refused = [
    [{ ...sts, token: undefined }, 'MissingSecurityToken'],
    [{ ...sts, token: 'another-token' }, 'InvalidSecurityToken.Malformed'],
    [{ ...sts, token: 'standin-expired-token' }, 'InvalidSecurityToken.Expired'],
    [{ ...keys, token: sts.token }, 'InvalidSecurityToken.MismatchWithAccessKey']
  ]
  const [{ answer }, ...results] = await callAll([sts, ...refused.map(([given]) => given)].map(given => ({ ...given, ...call })))
  assert.equal(answer.Success, true)
  assert.deepEqual(results.map(({ error }) => [error?.code, error?.status_code]), refused.map(([, code]) => [code, 400]))
})

const hbr = { api: 'hbr', file_name: 'a.txt' }
const ens = { api: 'ens', bucket: 'test' }
const withKey = id => ({ ...keys, id })
const errors = [
  ['an unknown key', withKey('LTAInobody'), hbr, 'ClientException', 404, 'InvalidAccessKeyId.NotFound'],
  ['a disabled key', withKey('STANDINDISABLED'), hbr, 'ClientException', 400, 'InvalidAccessKeyId.Inactive'],
  ['a wrong secret', { ...keys, secret: 'wrong' }, hbr, 'ClientException', 400, 'SignatureDoesNotMatch'],
  ['a wrong secret, older signature', { ...keys, secret: 'wrong' }, { ...hbr, style: 'v2' }, 'ClientException', 400, 'SignatureDoesNotMatch'],
  ['a missing parameter', keys, { api: 'hbr' }, 'ClientException', 400, 'MissingFileName'],
  ['a key without permission', withKey('STANDINFORBIDDEN'), hbr, 'ClientException', 403, 'Forbidden.RAM'],
  ['too many calls', withKey('STANDINTHROTTLED'), hbr, 'ThrottlingException', 400, 'Throttling.User'],
  ['a service that is down', withKey('STANDINUNAVAILABLE'), hbr, 'ServerException', 503, 'ServiceUnavailable'],
  ['a bucket name that is none', keys, { ...ens, bucket: 'No_Name' }, 'ClientException', 400, 'InvalidBucketName'],
  ['a client address that is none', keys, { ...ens, client_ip: '180.166.XX.XX' }, 'ClientException', 400, 'InvalidClientIp'],
  ['an unknown bucket', keys, { ...ens, bucket: 'nobodys' }, 'ClientException', 404, 'NoSuchBucket'],
  ['an account without a number', withKey('STANDINNOUID'), ens, 'ClientException', 400, 'InvalidaliUid'],
  ['no permission', withKey('STANDINNOPERMISSION'), ens, 'ClientException', 400, 'NoPermission'],
  ['no valid authorisation', withKey('STANDINDENIED'), ens, 'ClientException', 403, 'AccessDenied'],
  ['an account in arrears', withKey('STANDINARREARS'), ens, 'ClientException', 403, 'UserDisable']
]
let calling
const seen = () => calling ??= callAll(errors.map(([, given, call]) => ({ ...given, ...call })))
const documented = new Map(vector('prepare-upload').errors.map(([, code, message]) => [code, message]))

for (const [index, [name, , call, type, status, code]] of errors.entries()) {
  test(`the SDK understands the error of ${name}: ${status} ${code}`, async () => {
    const { error } = (await seen())[index]
    assert.deepEqual([error?.type, error?.status_code, error?.code], [type, status, code])
    assert.match(error.request_id, /^[0-9A-F-]{36}$/)
    if (type === 'ThrottlingException') assert.equal(error.retry_after, 200)
    if (call.api === 'ens') assert.ok(error.message.includes(documentedMessage(code)), error.message)
  })
}

/** `Invalid%s` is documented once for all parameters. */
function documentedMessage(code) {
  return documented.get(code) ?? documented.get('Invalid%s').replace('%s', code.slice('Invalid'.length))
}

test('Success: false comes with status 200, as the document has it', async () => {
  const [{ answer }] = await callWith(keys, { api: 'hbr', file_name: 'fault=api-success-false.txt' })
  assert.equal(answer.Success, false)
  assert.equal(answer.Policy, undefined)
})

// npm's @alicloud/pop-core, Alibaba's older client for RPC APIs, which signs with HMAC-SHA1, against the stand-in's gateway.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { keys, post, sts, stored, useStandin } from './world.mjs'

const { RPCClient } = createRequire(import.meta.url)('@alicloud/pop-core')
const standin = useStandin()

const client = (apiVersion, { id, secret, token } = keys) => new RPCClient({
  endpoint: standin.api, apiVersion, accessKeyId: id, accessKeySecret: secret, ...token ? { securityToken: token } : {}
})
const hbr = (fileName, given, options) => client('2017-09-08', given).request('CreateTempFileUploadUrl', { FileName: fileName }, options)
const ens = (parameters, given) => client('2017-11-10', given).request('PrepareUpload', parameters)

for (const method of ['GET', 'POST']) {
  test(`${method}: what CreateTempFileUploadUrl authorises, OSS stores`, async () => {
    const answer = await hbr("报告 2026 *~'+.pdf", keys, { method })
    assert.equal(answer.Success, true)
    assert.ok(answer.TempFileKey.endsWith("/报告 2026 *~'+.pdf"), answer.TempFileKey)
    const { Endpoint, BucketName, TempFileKey: key, OssAccessKeyId: OSSAccessKeyId, Policy: policy, Signature } = answer
    assert.equal((await post(`${Endpoint}/${BucketName}/`, { key, OSSAccessKeyId, policy, Signature })).status, 204)
    assert.equal(String(await stored(standin, BucketName, key)), 'hello')
  })
}

test('PrepareUpload names the physical bucket, with a temporary key, too', async () => {
  for (const given of [keys, sts]) {
    const answer = await ens({ BucketName: 'test', ClientIp: '47.96.0.1' }, given)
    assert.equal(answer.BucketName, 'test-standin')
  }
})

const errors = [
  ['a wrong secret', () => hbr('a.txt', { ...keys, secret: 'wrong' }), 'SignatureDoesNotMatch'],
  ['an unknown key', () => hbr('a.txt', { ...keys, id: 'LTAInobody' }), 'InvalidAccessKeyId.NotFound'],
  ['a temporary key without its token', () => hbr('a.txt', { ...sts, token: undefined }), 'MissingSecurityToken'],
  ['a missing parameter', () => ens({}), 'MissingBucketName'],
  ['an unknown bucket', () => ens({ BucketName: 'nobodys' }), 'NoSuchBucket'],
  ['an action that does not exist', () => client('2017-09-08').request('CreateTempFile', {}), 'InvalidAction.NotFound']
]
for (const [name, call, code] of errors) {
  test(`the error of ${name} is understood: ${code}`, async () => {
    await assert.rejects(call, error => {
      assert.equal(error.code, code)
      assert.match(error.data.RequestId, /^[0-9A-F-]{36}$/)
      return true
    })
  })
}

// npm's ali-oss signs; the stand-in judges. One flipped byte, and it refuses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import OSS from 'ali-oss'
import { codeOf, flip, keys, post, region, stored, sts, useStandin } from './world.mjs'

const bucket = 'demo-bucket'
const standin = useStandin()
const client = ({ id, secret, token }) =>
  new OSS({ region: `oss-${region}`, accessKeyId: id, accessKeySecret: secret, stsToken: token, bucket })
const address = () => `${standin.oss}/${bucket}/`
const inAnHour = () => new Date(Date.now() + 3600_000).toISOString()

function v1(given, key) {
  const policy = { expiration: inAnHour(), conditions: [{ bucket }, ['eq', '$key', key], ['content-length-range', 1, 1024]] }
  return { key, ...client(given).calculatePostSignature(policy), ...given.token && { 'x-oss-security-token': given.token } }
}

function v4(given, key) {
  const date = new Date()
  const stamp = date.toISOString().replace(/[-:]|\.\d+/g, '')
  const signed = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${given.id}/${stamp.slice(0, 8)}/${region}/oss/aliyun_v4_request`,
    'x-oss-date': stamp,
    ...given.token && { 'x-oss-security-token': given.token }
  }
  const conditions = [{ bucket }, ...Object.entries(signed).map(([name, value]) => ({ [name]: value })), ['eq', '$key', key]]
  const policy = { expiration: inAnHour(), conditions }
  return {
    key,
    ...signed,
    policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
    'x-oss-signature': client(given).signPostObjectPolicyV4(policy, date)
  }
}

for (const [version, sign, signature] of [['calculatePostSignature', v1, 'Signature'], ['signPostObjectPolicyV4', v4, 'x-oss-signature']]) {
  for (const [whose, given] of [['a long-lived key', keys], ['a temporary key', sts]]) {
    const key = `cross/${version}/${given.id}/报告.txt`

    test(`${version} with ${whose} is accepted`, async () => {
      const answer = await post(address(), { ...sign(given, key), success_action_status: '200' })
      assert.equal(answer.status, 200, await answer.text())
      assert.equal(String(await stored(standin, bucket, key)), 'hello')
    })

    test(`${version} with ${whose} is refused when one byte of the signature is another`, async () => {
      const fields = sign(given, `${key}.1`)
      const answer = await post(address(), { ...fields, [signature]: flip(fields[signature]) })
      assert.deepEqual([answer.status, await codeOf(answer)], [403, 'SignatureDoesNotMatch'])
      assert.equal(await stored(standin, bucket, `${key}.1`), undefined)
    })

    test(`${version} with ${whose} is refused when one byte of the policy is another`, async () => {
      const fields = sign(given, `${key}.2`)
      const policy = Buffer.from(fields.policy, 'base64').toString().replace(`${key}.2`, `${key}.3`)
      const answer = await post(address(), { ...fields, key: `${key}.3`, policy: Buffer.from(policy).toString('base64') })
      assert.deepEqual([answer.status, await codeOf(answer)], [403, 'SignatureDoesNotMatch'])
      assert.equal(await stored(standin, bucket, `${key}.3`), undefined)
    })
  }
}

test('a temporary key without its token is refused', async () => {
  const { 'x-oss-security-token': _, ...fields } = v1(sts, 'cross/no-token.txt')
  const answer = await post(address(), fields)
  assert.deepEqual([answer.status, await codeOf(answer)], [403, 'InvalidAccessKeyId'])
})

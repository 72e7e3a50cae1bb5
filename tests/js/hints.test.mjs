import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { hint } from '../../src/browser/hints.js'

/** The members of a union of strings in the types. */
function union(name) {
  const types = readFileSync(new URL('../../src/js/index.d.ts', import.meta.url), 'utf8')
  const [, members] = new RegExp(`export type ${name} =([^\\n]*(?:\\n +\\|[^\\n]*)*)`).exec(types)
  return [...members.matchAll(/'(\w+)'/g)].map(([, member]) => member)
}

const refusedByOss = (code, message, page, locale) => hint('OSS_REFUSED', 'post', 403, code, message, page, locale)

test('every code has a hint in both languages, of which nothing is left to fill in', () => {
  const codes = union('UploadErrorCode')
  assert.equal(codes.length, 12)
  for (const code of codes) {
    for (const phase of union('UploadPhase')) {
      for (const status of [undefined, 200, 401, 403, 404, 418, 429, 503]) {
        for (const oss of [undefined, '', 'AccessDenied', 'NoSuchBucket', 'Unheard']) {
          const english = hint(code, phase, status, oss)
          const chinese = hint(code, phase, status, oss, '', undefined, 'zh-CN')
          assert.match(english, /^[\x20-\x7e]+\.$/)
          assert.match(chinese, /\p{Script=Han}.*。$/u)
          assert.doesNotMatch(english + chinese, /[{}]|undefined/)
        }
      }
    }
  }
})

test('a translation names the same things', () => {
  const source = readFileSync(new URL('../../src/browser/hints.js', import.meta.url), 'utf8')
  const pairs = [...source.matchAll(/: \[\n {4}(['"])(.*)\1,\n {4}(['"])(.*)\3\n {2}\]/g)]
  assert.equal(pairs.length, 31)
  const names = text => (text.match(/`[^`]+`|\{\w+\}/g) ?? []).sort()
  for (const [, , english, , chinese] of pairs) assert.deepEqual(names(chinese), names(english), english)
})

test('a policy for another bucket is not the fault of the file', () => {
  assert.match(hint('POLICY_VIOLATION', 'params'), /^The backend names one bucket and signs a policy for another/)
  assert.match(hint('POLICY_VIOLATION', 'check'), /^Choose another file/)
})

test('no answer: the rule to add', context => {
  // "Configure CORS" of the OSS documentation: origin, method, header and explicit names of exposed headers.
  globalThis.location = { origin: 'https://app.example.com' }
  context.after(() => delete globalThis.location)
  const text = hint('NETWORK', 'post')
  for (const part of [
    'AllowedOrigin https://app.example.com', 'AllowedMethod POST', 'AllowedHeader *',
    'ExposeHeader ETag, x-oss-request-id, x-oss-hash-crc64ecma'
  ]) assert.ok(text.includes(part), text)
})

test('offline, the network is the first to look after', context => {
  const { navigator } = globalThis
  const pretend = onLine => Object.defineProperty(globalThis, 'navigator', { value: { onLine }, configurable: true })
  context.after(() => Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true }))
  pretend(false)
  assert.match(hint('NETWORK', 'post'), /offline/)
  assert.match(hint('NETWORK', 'params'), /offline/)
  assert.match(hint('PARAMS_REFUSED', 'params'), /offline/)
  assert.match(hint('NETWORK', 'post', undefined, undefined, undefined, undefined, 'zh-CN'), /离线/)
  assert.match(hint('PARAMS_REFUSED', 'params', 403), /sign in/)
  pretend(true)
  assert.doesNotMatch(hint('NETWORK', 'post'), /offline/)
})

test('codes of OSS', () => {
  // Code and message as documented (PostObject and "HTTP 4xx status code" pages), and a word of the advice.
  for (const [code, message, word] of [
    ['AccessDenied', 'Invalid according to Policy: Policy Condition failed: ["eq", "$success_action_status", "200"]', 'condition'],
    ['AccessDenied', 'You have no right to access this object because of bucket acl.', 'oss:PutObject'],
    ['AccessDenied', 'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.', 'endpoint'],
    ['SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided. Check your key and signing method.', 'Base64'],
    ['NoSuchBucket', 'The specified bucket does not exist.', 'must exist'],
    ['EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.', 'another file'],
    ['AccessForbidden', 'CORSResponse: This CORS request is not allowed.', 'AllowedOrigin'],
    ['SecurityTokenExpired', 'The security token you provided has expired.', 'security token'],
    ['FileAlreadyExists', 'The object you specified already exists and can not be overwritten.', 'another key'],
    ['ServiceUnavailable', 'Thread pool is almost full, please retry later.', 'later']
  ]) assert.ok(refusedByOss(code, message).includes(word), refusedByOss(code, message))
})

test('a code that is not known leads to the page that OSS recommends', () => {
  assert.equal(refusedByOss('InvalidArgument', ''), 'See https://api.aliyun.com/troubleshoot.')
  const page = 'https://api.aliyun.com/troubleshoot?q=0006-00000227'
  assert.equal(refusedByOss('InvalidArgument', '', page, 'zh-CN'), `请参阅 ${page}。`)
})

test('refusals of the backend', () => {
  for (const [status, code, word] of [
    [undefined, undefined, 'reached'],
    [401, undefined, 'sign in'],
    [404, undefined, 'address'],
    [503, undefined, 'later'],
    [400, undefined, 'its log'],
    [undefined, 'Custom', 'its log'],
    [undefined, 'InvalidAccessKeyId.NotFound', 'valid one'],
    [403, 'Forbidden.RAM', 'hbr:CreateTempFileUploadUrl']
  ]) {
    const text = hint('PARAMS_REFUSED', 'params', status, code)
    assert.ok(text.includes(word), text)
  }
})

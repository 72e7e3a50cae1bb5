// Errors of the built package, put in words: its sentences are a file of their own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalizeParams, parsePolicy, upload, UploadError } from '../../pkg/index.js'
import { sentences } from '../../pkg/generated/sentences.js'

const failure = async promise => {
  const error = await promise.then(() => assert.fail('it was to fail'), thrown => thrown)
  assert.ok(error instanceof UploadError)
  return error
}
const answering = (answer, options) => failure(upload(new Blob(['x']), { params: () => answer, ...options }))

test('a text that is no policy', async () => {
  const { code, message } = await failure(parsePolicy('not a policy'))
  assert.equal(code, 'INVALID_PARAMS')
  assert.equal(message, 'This is not a policy: it does not decode, or lacks its expiration or conditions.')
})

test('what is filled in may be a sentence, too, or look like one', async () => {
  const { message } = await failure(normalizeParams({ BucketName: 'demo-bucket', Endpoint: 5 }))
  assert.match(message, /^`Endpoint` |carry no signature/)
  const missing = await failure(normalizeParams({ bucket: 'demo-bucket', policy: 'e30=', signature: 's', accessid: 'a', dir: 'u/' }))
  assert.equal(missing.message, "`endpoint` is missing in the backend's answer: expected the bucket's endpoint, such as `oss-cn-hangzhou.aliyuncs.com`.")
  for (const [odd, shown = odd] of [['{}'], ['a\x1fb', 'a b'], ['constructor'], ['\x0e']]) {
    const { message } = await answering({ Success: false, Message: odd })
    assert.equal(message, `The backend refused to hand out upload parameters: ${shown}.`)
  }
})

test('attempts and the end tell the same error, in this order', async () => {
  const heard = []
  const answer = { host: 'https://127.0.0.1:1', dir: 'u/', policy: 'e30=', signature: 's', accessid: 'a' }
  const error = await answering(answer, {
    retry: false,
    onStateChange: state => heard.push(state),
    onAttempt: ({ error }) => heard.push(error)
  })
  assert.equal(error.code, 'NETWORK')
  assert.equal(heard.pop(), 'failed')
  const attempt = heard.pop()
  assert.ok(attempt instanceof UploadError)
  assert.equal(attempt.message, error.message)
  assert.equal(heard.pop(), 'uploading')
})

test('a hint is in the language that is wanted', async () => {
  const english = await answering({})
  const chinese = await answering({}, { locale: 'zh-CN' })
  assert.equal(english.hint, "Compare the backend's answer with the shapes in the README.")
  assert.equal(chinese.hint, '请将后端的返回与 README 中列出的格式对照。')
  assert.equal(chinese.message, english.message)
})

test('every sentence begins and ends like one, or like a part of one', () => {
  const all = Object.values(sentences)
  assert.ok(all.length > 60)
  for (const sentence of all) assert.doesNotMatch(sentence, /^\s|\s$|\n/, sentence)
})

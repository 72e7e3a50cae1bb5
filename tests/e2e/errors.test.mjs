// What can go wrong before or while OSS answers: each has its own code and hint, and the page shows them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KiB } from './bytes.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

// `posts`: how many of them reach OSS.
const cases = [
  { name: 'expired policy', params: '/api/upload-params?fault=expired', code: 'POLICY_EXPIRED', message: /past their expiry/, posts: 0 },
  { name: 'foreign signature', params: '/api/upload-params?fault=foreign-signature', code: 'OSS_REFUSED', ossCode: 'SignatureDoesNotMatch', posts: 1 },
  { name: 'over the limit', params: '/api/upload-params?fault=max-size@1000', code: 'POLICY_VIOLATION', message: /5 KB.*1000 bytes/, posts: 0 },
  { name: 'wrong bucket', params: '/api/upload-params?fault=wrong-bucket', code: 'POLICY_VIOLATION', message: /"hbr-temp-bucket".*"wrong-bucket"/, posts: 0 },
  { name: 'backend answers HTML', params: '/api/upload-params?fault=html', code: 'INVALID_PARAMS', message: /HTML/, posts: 0 },
  { name: 'Success false', params: '/api/upload-params?fault=success-false', code: 'PARAMS_REFUSED', ossCode: 'InternalError', posts: 0 }
]

const hints = new Map()

for (const { name, params, code, ossCode, message = /./, posts } of cases) {
  test(`${name}: ${code}`, async () => {
    const fileName = `${name.replaceAll(' ', '-')}.bin`
    await world.openPage({ params })
    await world.give([{ name: fileName, size: 5 * KiB }])
    const row = await world.untilRow(fileName, ['failed', 'done'])
    const facts = await world.facts(fileName)
    const oss = JSON.parse(facts.oss ?? '{}')
    console.log(`${name} | ${row.code} | ${oss.code ?? ''} | ${row.message} | ${row.hint}`)
    assert.equal(row.state, 'failed')
    assert.equal(row.code, code)
    assert.equal(oss.code, ossCode)
    assert.equal(facts.code, code)
    assert.deepEqual([facts.message, facts.hint], [row.message, row.hint])
    assert.match(row.message, message)
    assert.ok(row.hint.length > 20, `a hint: ${row.hint}`)
    assert.equal(hints.get(row.hint), undefined, 'a hint of its own')
    hints.set(row.hint, name)
    assert.equal((await world.posts(fileName)).length, posts)
    assert.deepEqual(await world.objects(fileName), [])
  })
}

test('hints are in the language of the page', async () => {
  const name = 'zu-gross.bin'
  await world.openPage({ params: '/api/upload-params?fault=max-size@1000', lang: 'zh-CN' })
  await world.give([{ name, size: 5 * KiB }])
  const row = await world.untilRow(name, 'failed')
  assert.match(row.hint, /\p{Script=Han}/u)
})

test('a message and a hint are there at once, in the language of the upload, and know when the browser is offline', async () => {
  await world.openBlank()
  const seen = await world.run(async ({ upload }) => {
    const fail = locale => upload(new Blob(['x']), { params: 'http://127.0.0.1:1/', retry: false, locale })
      .catch(({ code, message, hint }) => ({ code, message, hint }))
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })
    const offline = [await fail('en'), await fail('zh-CN')]
    delete navigator.onLine
    return { offline, online: await fail('en') }
  })
  const [english, chinese] = seen.offline
  for (const { code } of [english, chinese, seen.online]) assert.equal(code, 'NETWORK')
  assert.match(english.message, /^The backend could not be asked for upload parameters: .*\.$/)
  assert.match(chinese.message, /\p{Script=Han}/u)
  assert.match(english.hint, /offline/)
  assert.match(chinese.hint, /离线/)
  assert.match(seen.online.hint, /The backend could not be reached/)
})

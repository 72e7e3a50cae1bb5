// The backends in examples/: one table of rules for all of them, and what they hand out against OSS and the gateway.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { freePort, inProject } from '../../scripts/project.mjs'
import { python } from '../../scripts/setup/python.mjs'
import { springJars } from '../../scripts/setup/runtimes.mjs'
import { codeOf, keys, post, run, stored, sts, useStandin } from './world.mjs'

const standin = useStandin()
const built = mkdtempSync(join(tmpdir(), 'recipes-'))
after(() => rmSync(built, { recursive: true }))

const example = path => inProject('examples', path)
const goProgram = join(built, 'go')
const recipes = {
  'Node without packages': () => [process.execPath, example('node/signer.mjs')],
  Node: () => [process.execPath, example('node/server.mjs')],
  Python: () => [python, example('python/server.py')],
  // The flag only makes it start sooner.
  Java: () => ['java', '-XX:TieredStopAtLevel=1', example('java/Server.java')],
  Go: () => [goProgram],
  PHP: port => ['php', '-S', `127.0.0.1:${port}`, example('php/server.php')]
}
const withSdks = ['Node', 'Python']

before(async () => {
  const { code, log } = await run('go', ['build', '-o', goProgram, example('go/main.go')])
  assert.equal(code, 0, log)
})

/** The settings of a backend in production, but for the stand-in's addresses. */
const settings = () => ({
  ALIBABA_CLOUD_ACCESS_KEY_ID: keys.id,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: keys.secret,
  UPLOAD_BUCKET__NAME: 'demo-bucket',
  UPLOAD_BUCKET__REGION: 'cn-hangzhou',
  UPLOAD_BUCKET__HOST: `${standin.oss}/demo-bucket`,
  UPLOAD_TEMP__ENDPOINT: standin.api,
  UPLOAD_ENS__ENDPOINT: standin.api,
  UPLOAD_ENS__BUCKET: 'test'
})

const temporaryKey = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: sts.id,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: sts.secret,
  ALIBABA_CLOUD_SECURITY_TOKEN: sts.token
}

/** Starts a recipe for a test, with these settings over the usual ones and nothing of this process's own. */
async function start(t, name, changed = {}) {
  const port = await freePort()
  const [program, ...args] = recipes[name](port)
  const { PATH, HOME } = process.env
  const child = spawn(program, args, { env: { PATH, HOME, ...settings(), PORT: String(port), ...changed }, timeout: 120_000 })
  const ended = once(child, 'close')
  const stop = () => {
    child.kill()
    return ended
  }
  t.after(stop)
  let log = ''
  const address = await new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        log += text
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(log)
        if (address) resolve(address[0])
      })
    }
    ended.then(() => resolve(undefined))
  })
  return {
    /** Undefined: it ended instead of serving. */
    address,
    log: () => log,
    ask(path, options) {
      assert.ok(address, `it did not start: ${log}`)
      return fetch(`${address}${path}`, options)
    },
    stop,
    ended
  }
}

/** The form that the documented V4 answer leads to. */
const formOf = (params, key) => ({
  key,
  policy: params.policy,
  'x-oss-signature-version': params.x_oss_signature_version,
  'x-oss-credential': params.x_oss_credential,
  'x-oss-date': params.x_oss_date,
  'x-oss-signature': params.signature,
  ...params.security_token && { 'x-oss-security-token': params.security_token }
})
const decoded = policy => JSON.parse(Buffer.from(policy, 'base64').toString('utf8'))

async function refusal(answer) {
  assert.equal(answer.headers.get('content-type'), 'application/json')
  const { Code, Message, ...others } = await answer.json()
  assert.ok(Message.length > 10, Message)
  assert.deepEqual(others, {})
  return [answer.status, Code]
}

const fields = ['dir', 'host', 'policy', 'signature', 'x_oss_credential', 'x_oss_date', 'x_oss_signature_version']

for (const name of Object.keys(recipes)) {
  test(`${name}: with a key of one's own`, async t => {
    const recipe = await start(t, name)
    const { ask } = recipe
    await t.test('the answer has the documented fields, and OSS stores under its folder', async () => {
      const answer = await ask('/api/policy/v4?fileName=a.txt&size=5&type=text/plain')
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type'), 'application/json')
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      const params = await answer.json()
      assert.deepEqual(Object.keys(params).sort(), fields)
      assert.equal((await post(`${params.host}/`, formOf(params, `${params.dir}报告.txt`))).status, 204)
      assert.equal(String(await stored(standin, 'demo-bucket', `${params.dir}报告.txt`)), 'hello')
    })

    await t.test('a page chooses neither folder nor bucket, and no two answers share a folder', async () => {
      const query = 'fileName=../../x&dir=public/&key=public/a&prefix=public/&bucket=test-standin&user=../other&size=1'
      const answers = await Promise.all([1, 2].map(async () => (await ask(`/api/policy/v4?${query}`)).json()))
      for (const { dir, host, policy } of answers) {
        assert.match(dir, /^uploads\/[0-9a-f-]{32,36}\/$/)
        assert.equal(host, settings().UPLOAD_BUCKET__HOST)
        assert.doesNotMatch(JSON.stringify(decoded(policy)), /public|other|test-standin/)
      }
      assert.notEqual(answers[0].dir, answers[1].dir)
    })

    await t.test('unknown routes and other methods are refused in JSON', async () => {
      for (const path of ['/', '/api', '/api/policy/v4/', '/api/policy/v5', '/health/x', '/%2e%2e/server', '/constructor']) {
        assert.deepEqual(await refusal(await ask(path)), [404, 'NotFound'], path)
      }
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        const answer = await ask('/api/policy/v4', { method })
        assert.equal(answer.headers.get('allow'), 'GET')
        assert.deepEqual(await refusal(answer), [405, 'MethodNotAllowed'], method)
      }
      assert.equal((await ask('/health', { method: 'HEAD' })).status, 405)
      assert.deepEqual(await refusal(await ask('/nothing', { method: 'POST' })), [404, 'NotFound'])
      // No path at all: some servers refuse it themselves, in words of their own.
      assert.ok([400, 404].includes((await ask('//')).status))
      assert.deepEqual(await (await ask('/health')).json(), { status: 'ok' })
    })

    await t.test('pages of other origins get no leave to read', async () => {
      const headers = { Origin: 'https://other.example', 'Access-Control-Request-Method': 'GET' }
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await ask('/api/policy/v4', { method, headers })
        assert.deepEqual([...answer.headers.keys()].filter(header => header.startsWith('access-control')), [], method)
      }
    })

    await t.test('a request that is never finished does not hold up others', async () => {
      const socket = connect(new URL(recipe.address).port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write('GET /health HTTP/1.1\r\nHost: a')
      assert.equal((await ask('/health', { signal: AbortSignal.timeout(5000) })).status, 200)
      socket.destroy()
    })
  })

  test(`${name}: with a temporary key, and files of at most 5 bytes`, async t => {
    const recipe = await start(t, name, { ...temporaryKey, UPLOAD_LIMITS__MAX_SIZE: '5' })
    const params = await (await recipe.ask('/api/policy/v4?fileName=a.txt')).json()
    assert.deepEqual(Object.keys(params).sort(), [...fields, 'security_token'].sort())

    await t.test('the policy pins bucket, folder, size, token and ten minutes', () => {
      const { expiration, conditions } = decoded(params.policy)
      const left = Date.parse(expiration) - Date.now()
      assert.ok(left > 570_000 && left <= 600_000, `${left} ms`)
      assert.match(expiration, /^[-\d]{10}T[:\d]{8}(\.\d{3})?Z$/)
      assert.deepEqual(conditions.map(condition => JSON.stringify(condition)).sort(), [
        { bucket: 'demo-bucket' },
        { 'x-oss-signature-version': 'OSS4-HMAC-SHA256' },
        { 'x-oss-credential': `${sts.id}/${params.x_oss_date.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request` },
        { 'x-oss-date': params.x_oss_date },
        { 'x-oss-security-token': sts.token },
        ['starts-with', '$key', params.dir],
        ['content-length-range', 0, 5]
      ].map(condition => JSON.stringify(condition)).sort())
    })

    await t.test('OSS stores what fits, and refuses what does not', async () => {
      const outcome = async (key, content, changed) => {
        const answer = await post(`${params.host}/`, { ...formOf(params, key), ...changed }, new File([content], 'a.txt'))
        const bytes = await stored(standin, 'demo-bucket', key)
        return [answer.status, await codeOf(answer), bytes && String(bytes)]
      }
      assert.deepEqual(await outcome(`${params.dir}5.txt`, '5byte'), [204, undefined, '5byte'])
      assert.deepEqual(await outcome(`${params.dir}6.txt`, '6bytes'), [400, 'EntityTooLarge', undefined])
      assert.deepEqual(await outcome(`uploads/${name}.txt`, 'hello'), [403, 'AccessDenied', undefined])
      assert.equal((await outcome(`${params.dir}token.txt`, 'hello', { 'x-oss-security-token': 'another' }))[0], 403)
    })

    await t.test('no secret is in an answer or the log', async () => {
      const others = await Promise.all(['/health', '/nothing'].map(async path => (await recipe.ask(path)).text()))
      const told = JSON.stringify(params) + JSON.stringify(decoded(params.policy)) + others.join()
      assert.ok(!told.includes(sts.secret))
      await recipe.stop()
      const log = recipe.log()
      for (const secret of [sts.secret, sts.token, params.policy, params.signature]) assert.ok(!log.includes(secret), log)
    })
  })

  const faults = [
    [Object.fromEntries(Object.keys(settings()).slice(0, 4).map(name => [name, ''])),
      'not set: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, UPLOAD_BUCKET__NAME, UPLOAD_BUCKET__REGION'],
    [{ ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' }, 'not set: ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
    [{ UPLOAD_BUCKET__REGION: 'oss-cn-hangzhou' }, 'UPLOAD_BUCKET__REGION: write a region such as cn-hangzhou'],
    [{ UPLOAD_LIMITS__MAX_SIZE: '1 GB' }, 'UPLOAD_LIMITS__MAX_SIZE: write a number of bytes']
  ]
  for (const [changed, message] of faults) {
    test(`${name}: "${message}" is said, and nothing signed`, async t => {
      const recipe = await start(t, name, changed)
      // PHP reads its settings with each request: there is no start at which it could fail.
      if (name === 'PHP') {
        assert.deepEqual(await refusal(await recipe.ask('/api/policy/v4')), [500, 'InternalError'])
        await recipe.stop()
      } else {
        assert.equal(recipe.address, undefined)
        assert.notEqual((await recipe.ended)[0], 0)
      }
      const lines = recipe.log().split('\n')
      assert.ok(lines.some(line => line.endsWith(message)), recipe.log())
      assert.ok(!recipe.log().includes(keys.secret))
    })
  }
}

for (const name of withSdks) {
  test(`${name}: what each of the other routes hands out, OSS stores`, async t => {
    const { ask } = await start(t, name)
    const params = async (path, fileName) => (await ask(`${path}?fileName=${encodeURIComponent(fileName)}`)).json()

    const temp = await params('/api/upload-params', '报告 2026.txt')
    await upload(temp.BucketName, temp.TempFileKey, `${temp.Endpoint}/${temp.BucketName}/`, temp)
    assert.ok(temp.TempFileKey.endsWith('/报告 2026.txt'))

    const ens = await params('/api/ens/upload-params', '../a${filename}.txt')
    assert.equal(ens.BucketName, 'test-standin')
    assert.match(ens.Key, /^uploads\/[0-9a-f-]{36}\/a_\{filename\}\.txt$/)
    await upload(ens.BucketName, ens.Key, `${ens.Endpoint}/${ens.BucketName}/`, ens)
    assert.match((await params('/api/ens/upload-params', 'a/..')).Key, /^uploads\/[0-9a-f-]{36}\/_$/)

    const own = await params('/api/policy/v1', 'a.txt')
    assert.deepEqual(Object.keys(own).sort(), ['accessid', 'dir', 'expire', 'host', 'policy', 'signature'])
    await upload('demo-bucket', `${own.dir}recipe.txt`, `${own.host}/`, { OssAccessKeyId: own.accessid, Policy: own.policy, Signature: own.signature })
  })

  test(`${name}: with a temporary key, the other routes hand out its token`, async t => {
    const { ask } = await start(t, name, temporaryKey)
    const temp = await (await ask('/api/upload-params?fileName=a.txt')).json()
    await upload(temp.BucketName, temp.TempFileKey, `${temp.Endpoint}/${temp.BucketName}/`, temp)
    const ens = await (await ask('/api/ens/upload-params?fileName=a.txt')).json()
    await upload(ens.BucketName, ens.Key, `${ens.Endpoint}/${ens.BucketName}/`, ens, ens.SecurityToken)
    const own = await (await ask('/api/policy/v1')).json()
    await upload('demo-bucket', `${own.dir}sts.txt`, `${own.host}/`,
      { OssAccessKeyId: own.accessid, Policy: own.policy, Signature: own.signature }, own.security_token)
  })

  test(`${name}: a wrong key is the cloud's status and code, and nothing of the key`, async t => {
    const recipe = await start(t, name, { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong-secret' })
    for (const path of ['/api/upload-params', '/api/ens/upload-params']) {
      const answer = await recipe.ask(`${path}?fileName=a.txt`)
      const copy = await answer.clone().text()
      assert.deepEqual(await refusal(answer), [400, 'SignatureDoesNotMatch'])
      assert.doesNotMatch(copy, /wrong-secret|STANDINACCESSKEYID/)
    }
    await recipe.stop()
    const log = recipe.log()
    assert.match(log, /400 SignatureDoesNotMatch, request id [-0-9A-F]+/)
    assert.doesNotMatch(log, /wrong-secret/)
  })

  test(`${name}: what it cannot do is said in the page's terms`, async t => {
    const nobody = `http://127.0.0.1:${await freePort()}`
    const changed = { UPLOAD_TEMP__ENDPOINT: nobody, UPLOAD_ENS__BUCKET: '', UPLOAD_LIMITS__MAX_SIZE: '5' }
    const { ask } = await start(t, name, changed)
    const rows = [
      ['/api/upload-params', 502, 'CloudUnreachable'],
      ['/api/ens/upload-params', 404, 'NotConfigured'],
      ['/api/policy/v1?size=6', 413, 'EntityTooLarge'],
      ['/api/policy/v4?size=-1', 400, 'InvalidParameter.size'],
      [`/api/policy/v4?size=${'9'.repeat(5000)}`, 400, 'InvalidParameter.size'],
      [`/api/policy/v4?fileName=${'x'.repeat(901)}`, 400, 'InvalidParameter.fileName']
    ]
    for (const [path, status, code] of rows) assert.deepEqual(await refusal(await ask(path)), [status, code], path)
  })
}

test("Java: the Spring controller compiles against Spring, with Server.java's record", async () => {
  const { code, log } = await run('javac', ['-d', built, '-cp', springJars.join(':'), example('java/Server.java'), example('java/UploadParamsController.java')])
  assert.equal(code, 0, log)
})

async function upload(bucket, key, url, { OssAccessKeyId: OSSAccessKeyId, Policy: policy, Signature }, token) {
  const answer = await post(url, { key, OSSAccessKeyId, policy, Signature, ...token && { 'x-oss-security-token': token } })
  assert.equal(answer.status, 204, await answer.text())
  assert.equal(String(await stored(standin, bucket, key)), 'hello')
}

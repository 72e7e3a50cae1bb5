// The backends in examples/node and examples/python: each against the gateway, and what it hands out against OSS.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { python } from '../../scripts/setup/python.mjs'
import { keys, post, stored, useStandin } from './world.mjs'

const standin = useStandin()
const example = path => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
const recipes = {
  node: [process.execPath, example('node/server.mjs')],
  python: [python, example('python/server.py')]
}

async function start(name, { id = keys.id, secret = keys.secret } = {}) {
  const api = new URL(standin.api).host
  const child = spawn(recipes[name][0], recipes[name].slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: '0', PROTOCOL: 'http', HBR_ENDPOINT: api, ENS_ENDPOINT: api, ENS_BUCKET: 'test',
      HOST_URL: `${standin.oss}/demo-bucket`,
      ALIBABA_CLOUD_ACCESS_KEY_ID: id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret
    }
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', text => { log += text })
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => line),
    once(child, 'exit').then(() => { throw new Error(`the recipe did not start: ${log}`) })
  ])
  return {
    async ask(path, fileName) {
      const answer = await fetch(`${line}${path}?fileName=${encodeURIComponent(fileName)}`)
      return { status: answer.status, body: await answer.json() }
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
  }
}

for (const name of Object.keys(recipes)) {
  test(`${name}: what each route hands out, OSS stores`, async () => {
    const recipe = await start(name)
    try {
      const temp = (await recipe.ask('/api/upload-params', '报告 2026.txt')).body
      await upload(temp.BucketName, temp.TempFileKey, `${temp.Endpoint}/${temp.BucketName}/`, temp)
      assert.ok(temp.TempFileKey.endsWith('/报告 2026.txt'))

      const ens = (await recipe.ask('/api/ens/upload-params', '../a.txt')).body
      assert.equal(ens.BucketName, 'test-standin')
      assert.match(ens.Key, /^uploads\/[0-9a-f-]{36}\/a\.txt$/)
      await upload(ens.BucketName, ens.Key, `${ens.Endpoint}/${ens.BucketName}/`, ens)

      const own = (await recipe.ask('/api/policy/v1', 'a.txt')).body
      assert.deepEqual(Object.keys(own).sort(), ['accessid', 'dir', 'expire', 'host', 'policy', 'signature'])
      await upload('demo-bucket', `${own.dir}recipe-${name}.txt`, `${own.host}/`, { OssAccessKeyId: own.accessid, Policy: own.policy, Signature: own.signature })
    } finally {
      await recipe.stop()
    }
  })

  test(`${name}: a wrong key is the cloud's status and code, and nothing of the key`, async () => {
    const recipe = await start(name, { secret: 'wrong-secret' })
    try {
      for (const path of ['/api/upload-params', '/api/ens/upload-params']) {
        const { status, body } = await recipe.ask(path, 'a.txt')
        assert.deepEqual([status, body.Code], [400, 'SignatureDoesNotMatch'])
        assert.doesNotMatch(JSON.stringify(body), /wrong-secret|STANDINACCESSKEYID/)
      }
    } finally {
      await recipe.stop()
    }
  })

  test(`${name}: the recipe is at most 60 lines`, () => {
    const lines = readFileSync(recipes[name].at(-1), 'utf8').trimEnd().split('\n').length
    assert.ok(lines <= 60, `${lines} lines`)
  })
}

async function upload(bucket, key, url, { OssAccessKeyId: OSSAccessKeyId, Policy: policy, Signature }) {
  const answer = await post(url, { key, OSSAccessKeyId, policy, Signature })
  assert.equal(answer.status, 204, await answer.text())
  assert.equal(String(await stored(standin, bucket, key)), 'hello')
}

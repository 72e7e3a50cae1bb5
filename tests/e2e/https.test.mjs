// The road of the real cloud: a bare host as endpoint, so that the form goes to https://{bucket}.{endpoint}/. The stand-in answers
// as oss-cn-hangzhou.aliyuncs.com, and a proxy leads there who asks for that host: all three engines take one from WebDriver.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { KiB, MiB } from './bytes.mjs'
import { World, useWorld } from './world.mjs'

const ENDPOINT = 'oss-cn-hangzhou.aliyuncs.com'

class CloudWorld extends World {
  /** Hosts and ports that tunnels were asked for. */
  tunnels = []

  async start() {
    this.proxy = createServer((request, response) => response.writeHead(403).end())
    this.proxy.on('connect', ({ url }, socket, head) => {
      // Either side may go away at any time.
      socket.on('error', () => {})
      // What a browser asks of its maker stays here.
      if (!url.endsWith(`.${ENDPOINT}:443`)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      this.tunnels.push(url)
      const { hostname, port } = new URL(this.standin.tls)
      const bucket = connect(port, hostname).on('error', () => socket.destroy())
      socket.on('close', () => bucket.destroy())
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      bucket.write(head)
      socket.pipe(bucket).pipe(socket)
    })
    this.proxy.listen(0, '127.0.0.1')
    await once(this.proxy, 'listening')
    const proxy = `127.0.0.1:${this.proxy.address().port}`
    await super.start({ pathStyle: false, args: ['--endpoint', ENDPOINT], proxy })
  }

  async end() {
    await super.end()
    this.proxy?.closeAllConnections()
    this.proxy?.close()
  }

  /** Where the page sent requests by https. */
  posted() {
    return this.driver.executeScript(`
      return performance.getEntriesByType('resource').map(entry => entry.name).filter(name => name.startsWith('https:'))`)
  }
}

const world = useWorld(new CloudWorld())

const routes = [
  ['temp', '/api/upload-params', 'hbr-temp-bucket'],
  ['ens', '/api/ens/upload-params', 'test-standin']
]

for (const [route, path, bucket] of routes) {
  test(`${path}: Endpoint is a bare host`, async () => {
    const answer = await fetch(`${world.standin.site}${path}?fileName=a.bin&size=1`)
    const { Endpoint, BucketName } = await answer.json()
    assert.deepEqual([Endpoint, BucketName], [ENDPOINT, bucket])
  })

  for (const size of [10 * KiB, 20 * MiB]) {
    test(`${path}: ${size} bytes go to https://${bucket}.${ENDPOINT}/, and are verified`, async () => {
      const file = await world.folder.write(`https-${route}-${size}.bin`, size)
      await world.openPage({ route })
      await world.choose(file)
      await world.untilRow(file.name, 'done')
      const facts = await world.facts(file.name)

      const [object, ...more] = await world.objects(file.name)
      assert.deepEqual([more.length, object.bucket, object.size, object.sha256], [0, bucket, size, file.sha256])
      assert.deepEqual([facts.verified, facts.crc64], ['true', object.crc64])
      assert.equal(facts.url, `https://${bucket}.${ENDPOINT}/${object.key}`)
      assert.deepEqual(new Set(await world.posted()), new Set([`https://${bucket}.${ENDPOINT}/`]))
      assert.ok(world.tunnels.includes(`${bucket}.${ENDPOINT}:443`))
    })
  }

  test(`${path}: upload() without progress, from a page's script`, async () => {
    await world.openBlank()
    const result = await world.run(({ upload }, params) => upload(new File(['hello'], 'plain.txt'), { params }), path)
    assert.equal(result.url, `https://${bucket}.${ENDPOINT}/${result.key}`)
    assert.equal(result.verified, true)
    assert.equal((await world.objects(result.key))[0].bucket, bucket)
  })
}

test('a refusal of OSS is read through TLS, too', async () => {
  await world.openBlank()
  const params = '/api/upload-params?fault=foreign-signature'
  const code = await world.run(async ({ upload }, params) => {
    try {
      await upload(new File(['hello'], 'refused.txt'), { params })
    } catch (error) {
      return [error.code, error.oss.code]
    }
  }, params)
  assert.deepEqual(code, ['OSS_REFUSED', 'SignatureDoesNotMatch'])
})

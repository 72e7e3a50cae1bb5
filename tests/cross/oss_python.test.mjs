// The post-object flow of PyPI's oss2 and alibabacloud-oss-v2, as their samples have it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { keys, region, runPython, sts, useStandin } from './world.mjs'

const script = fileURLToPath(new URL('oss_python.py', import.meta.url))
const standin = useStandin()

for (const version of ['v1', 'v4']) {
  for (const given of [keys, sts]) {
    test(`${version} with ${given.token ? 'a temporary' : 'a long-lived'} key is stored, and the SDK's CRC-64 agrees`, async () => {
      const args = [script, version, `${standin.oss}/demo-bucket/`, 'demo-bucket', `cross/python/${version}/${given.id}.txt`, region]
      const { code, output, log } = await runPython(args, {
        env: { OSS_ACCESS_KEY_ID: given.id, OSS_ACCESS_KEY_SECRET: given.secret, OSS_SESSION_TOKEN: given.token ?? '' }
      })
      assert.equal(code, 0, log)
      const { status, crc64, computed, body } = JSON.parse(output)
      assert.equal(status, 204, body)
      assert.equal(crc64, computed)
    })
  }
}

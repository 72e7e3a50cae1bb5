// What a Node backend with ali-oss comes down to: nothing but the signing, on the platform's own HTTP server.
import { createServer } from 'node:http'
import OSS from 'ali-oss'

const accessKeyId = process.env.ALIBABA_CLOUD_ACCESS_KEY_ID
const accessKeySecret = process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET
const [bucket, region] = ['demo-bucket', 'cn-hangzhou']
const client = new OSS({ region: `oss-${region}`, accessKeyId, accessKeySecret, bucket })
const host = `https://${bucket}.oss-${region}.aliyuncs.com`

function conditions(dir, size, ...further) {
  if (size > 2 ** 30) throw new Error('too large')
  return [{ bucket }, ...further, ['starts-with', '$key', dir], ['content-length-range', 0, 2 ** 30]]
}

const routes = {
  '/api/policy/v1'(dir, size, now) {
    const expires = new Date(now + 600_000)
    const { policy, Signature } = client.calculatePostSignature({ expiration: expires.toISOString(), conditions: conditions(dir, size) })
    return { accessid: accessKeyId, host, policy, signature: Signature, expire: Math.floor(expires / 1000), dir }
  },
  '/api/policy/v4'(dir, size, now) {
    const date = new Date(now)
    const stamp = date.toISOString().replace(/[-:]|\.\d+/g, '')
    const credential = `${accessKeyId}/${stamp.slice(0, 8)}/${region}/oss/aliyun_v4_request`
    const signed = [{ 'x-oss-signature-version': 'OSS4-HMAC-SHA256' }, { 'x-oss-credential': credential }, { 'x-oss-date': stamp }]
    const policy = { expiration: new Date(now + 600_000).toISOString(), conditions: conditions(dir, size, ...signed) }
    return {
      host,
      policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
      x_oss_signature_version: 'OSS4-HMAC-SHA256',
      x_oss_credential: credential,
      x_oss_date: stamp,
      signature: client.signPostObjectPolicyV4(policy, date),
      dir
    }
  }
}

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const now = Date.now()
  const answer = JSON.stringify(routes[pathname](`uploads/${new Date(now).toISOString().slice(0, 10)}/`, Number(searchParams.get('size')), now))
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(answer)
}).listen(process.env.PORT, '127.0.0.1')

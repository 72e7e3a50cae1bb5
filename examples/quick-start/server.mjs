// Signs upload parameters. The keys stay here; put your own sign-in in front of it.
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

const { ALIBABA_CLOUD_ACCESS_KEY_ID: id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret, UPLOAD_BUCKET__NAME: bucket, UPLOAD_BUCKET__REGION: region } = process.env
const url = process.env.UPLOAD_BUCKET__HOST || `https://${bucket}.oss-${region}.aliyuncs.com`
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()

createServer((_request, response) => {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '') // 20261125T120000Z
  const scope = [date.slice(0, 8), region, 'oss', 'aliyun_v4_request']
  const version = { 'x-oss-signature-version': 'OSS4-HMAC-SHA256', 'x-oss-credential': [id, ...scope].join('/'), 'x-oss-date': date }
  const dir = `uploads/${randomUUID()}/` // chosen here, not by the page: no page writes over another's files
  const pinned = Object.entries({ bucket, ...version }).map(([name, value]) => ({ [name]: value }))
  const conditions = [...pinned, ['starts-with', '$key', dir], ['content-length-range', 0, 1024 ** 3]]
  const expiration = new Date(Date.now() + 10 * 60_000).toISOString() // in 10 minutes
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
  const signature = hmac(scope.reduce((key, text) => hmac(key, text), `aliyun_v4${secret}`), policy).toString('hex')
  response.setHeader('content-type', 'application/json').setHeader('cache-control', 'no-store')
  response.end(JSON.stringify({ url, dir, fields: { ...version, policy, 'x-oss-signature': signature } }))
}).listen(3000, '127.0.0.1')

// Signs upload parameters with Node alone. The keys stay here; put your own sign-in in front of it.
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

const { env } = process
const stop = message => { console.error(message); process.exit(1) }
const required = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'UPLOAD_BUCKET__NAME', 'UPLOAD_BUCKET__REGION']
const missing = required.filter(name => !env[name])
if (missing.length > 0) stop(`not set: ${missing.join(', ')}`)
const [id, secret, bucket, region] = required.map(name => env[name])
if (!/^[a-z]{2}-/.test(region)) stop('UPLOAD_BUCKET__REGION: write a region such as cn-hangzhou')
const maxSize = env.UPLOAD_LIMITS__MAX_SIZE || '1073741824'
if (!/^\d+$/.test(maxSize)) stop('UPLOAD_LIMITS__MAX_SIZE: write a number of bytes')
const token = env.ALIBABA_CLOUD_SECURITY_TOKEN || undefined // of a temporary (STS) key
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()

function sign() {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '') // 20261125T120000Z
  const scope = [date.slice(0, 8), region, 'oss', 'aliyun_v4_request']
  const [version, credential] = ['OSS4-HMAC-SHA256', [id, ...scope].join('/')]
  const dir = `uploads/${randomUUID()}/` // chosen here, not by the page: no page writes over another's files
  const policy = Buffer.from(JSON.stringify({
    expiration: new Date(Date.now() + 10 * 60_000).toISOString(), // in 10 minutes
    conditions: [
      { bucket }, { 'x-oss-signature-version': version }, { 'x-oss-credential': credential }, { 'x-oss-date': date },
      ...token ? [{ 'x-oss-security-token': token }] : [],
      ['starts-with', '$key', dir], ['content-length-range', 0, Number(maxSize)]
    ]
  })).toString('base64')
  return {
    host: env.UPLOAD_BUCKET__HOST || `https://${bucket}.oss-${region}.aliyuncs.com`, dir, policy,
    signature: hmac(scope.reduce((key, part) => hmac(key, part), `aliyun_v4${secret}`), policy).toString('hex'),
    x_oss_signature_version: version, x_oss_credential: credential, x_oss_date: date, security_token: token
  }
}

const routes = { '/api/policy/v4': sign, '/health': () => ({ status: 'ok' }) }
createServer((request, response) => {
  const route = routes[request.url.split('?')[0]]
  const [status, body] = !route ? [404, { Code: 'NotFound', Message: 'There is no such route here.' }]
    : request.method !== 'GET' ? [405, { Code: 'MethodNotAllowed', Message: 'Ask with GET.' }] : [200, route()]
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', allow: 'GET' }).end(JSON.stringify(body))
}).listen(env.PORT || 3000, '127.0.0.1', function () { console.log(`http://127.0.0.1:${this.address().port}`) })

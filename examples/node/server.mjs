// Hands out upload parameters with Alibaba's own SDKs. The keys stay here; put your own sign-in in front of it.
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import OpenApi from '@alicloud/openapi-client'
import TeaUtil from '@alicloud/tea-util'
import OSS from 'ali-oss'

const { env } = process
const stop = message => { console.error(message); process.exit(1) }
const required = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'UPLOAD_BUCKET__NAME', 'UPLOAD_BUCKET__REGION']
const missing = required.filter(name => !env[name])
if (missing.length > 0) stop(`not set: ${missing.join(', ')}`)
const [accessKeyId, accessKeySecret, bucket, region] = required.map(name => env[name])
if (!/^[a-z]{2}-/.test(region)) stop('UPLOAD_BUCKET__REGION: write a region such as cn-hangzhou')
const maxSize = env.UPLOAD_LIMITS__MAX_SIZE || '1073741824'
if (!/^\d+$/.test(maxSize)) stop('UPLOAD_LIMITS__MAX_SIZE: write a number of bytes')
const securityToken = env.ALIBABA_CLOUD_SECURITY_TOKEN || undefined // of a temporary (STS) key
const oss = new OSS({ accessKeyId, accessKeySecret, stsToken: securityToken, region: `oss-${region}`, bucket })
const host = env.UPLOAD_BUCKET__HOST || `https://${bucket}.oss-${region}.aliyuncs.com`

class Refusal extends Error {
  constructor(status, code, message) { super(message); Object.assign(this, { status, code }) }
}

/** The cloud has a generated SDK for every product in some languages; this one calls any of them. */
async function call(address, version, action, query) {
  const { host: endpoint, protocol } = new URL(address)
  const client = new OpenApi.default(new OpenApi.Config({ accessKeyId, accessKeySecret, securityToken, endpoint, protocol: protocol.slice(0, -1) }))
  const params = new OpenApi.Params({
    action, version, method: 'POST', style: 'RPC', pathname: '/', authType: 'AK', reqBodyType: 'formData', bodyType: 'json'
  })
  const limits = new TeaUtil.RuntimeOptions({ connectTimeout: 5000, readTimeout: 10_000 })
  const answer = client.callApi(params, new OpenApi.OpenApiRequest({ query }), limits)
  return answer.then(({ body }) => body, ({ statusCode, code, data }) => {
    // The SDK's message may hold what was signed: code and request id are enough to find out more.
    console.error(`${action}: ${statusCode ?? ''} ${code}, request id ${data?.RequestId}`)
    if (!statusCode) throw new Refusal(502, 'CloudUnreachable', 'Alibaba Cloud did not answer.')
    throw new Refusal(statusCode, code, 'Alibaba Cloud refused; the code says why.')
  })
}

const expiry = () => Date.now() + 10 * 60_000
const policyOf = (expires, bucketName, ...conditions) => ({
  expiration: new Date(expires).toISOString(),
  conditions: [{ bucket: bucketName }, ...conditions, ['content-length-range', 0, Number(maxSize)]]
})
// The folder is chosen here, never by the page: no page writes over another's files.
const newDir = () => `uploads/${randomUUID()}/`
// OSS would fill in ${filename}; and no browser opens an address that ends in `..`.
const lastPart = name => name.split(/[/\\]/).at(-1).replaceAll('${', '_{').replace(/\p{Cc}/gu, '_').replace(/^\.{0,2}$/, '_')

const routes = {
  '/health': () => ({ status: 'ok' }),
  '/api/upload-params': ({ fileName }) =>
    call(env.UPLOAD_TEMP__ENDPOINT || `https://hbr.${region}.aliyuncs.com`, '2017-09-08', 'CreateTempFileUploadUrl', { FileName: fileName }),
  async '/api/ens/upload-params'({ fileName }) {
    if (!env.UPLOAD_ENS__BUCKET) throw new Refusal(404, 'NotConfigured', 'This backend has no UPLOAD_ENS__BUCKET in its settings.')
    const Key = newDir() + lastPart(fileName)
    const prepared = await call(env.UPLOAD_ENS__ENDPOINT || 'https://ens.aliyuncs.com', '2017-11-10', 'PrepareUpload', { BucketName: env.UPLOAD_ENS__BUCKET })
    const expires = expiry()
    const { policy, Signature } = oss.calculatePostSignature(policyOf(expires, prepared.BucketName, ['eq', '$key', Key]))
    return {
      ...prepared, Key, OssAccessKeyId: accessKeyId, Policy: policy, Signature,
      ExpireTime: Math.floor(expires / 1000), SecurityToken: securityToken
    }
  },
  '/api/policy/v1'() {
    const [dir, expires] = [newDir(), expiry()]
    const { policy, Signature } = oss.calculatePostSignature(policyOf(expires, bucket, ['starts-with', '$key', dir]))
    return {
      host, dir, policy, accessid: accessKeyId, signature: Signature,
      expire: Math.floor(expires / 1000), security_token: securityToken
    }
  },
  '/api/policy/v4'() {
    const [dir, now] = [newDir(), new Date()]
    const date = now.toISOString().replace(/[-:]|\.\d+/g, '') // 20261125T120000Z
    const [version, credential] = ['OSS4-HMAC-SHA256', `${accessKeyId}/${date.slice(0, 8)}/${region}/oss/aliyun_v4_request`]
    const pinned = [{ 'x-oss-signature-version': version }, { 'x-oss-credential': credential }, { 'x-oss-date': date }]
    if (securityToken) pinned.push({ 'x-oss-security-token': securityToken })
    const policy = JSON.stringify(policyOf(expiry(), bucket, ...pinned, ['starts-with', '$key', dir]))
    return {
      host, dir, policy: Buffer.from(policy).toString('base64'), signature: oss.signPostObjectPolicyV4(policy, now),
      x_oss_signature_version: version, x_oss_credential: credential, x_oss_date: date, security_token: securityToken
    }
  }
}

async function answer({ url, method }) {
  const [path, query] = url.split('?')
  const route = routes[path]
  if (!route) throw new Refusal(404, 'NotFound', 'There is no such route here.')
  if (method !== 'GET') throw new Refusal(405, 'MethodNotAllowed', 'Ask with GET.')
  const asked = new URLSearchParams(query)
  const size = asked.get('size') ?? '0'
  if (!/^\d{1,15}$/.test(size)) throw new Refusal(400, 'InvalidParameter.size', 'The size is not a number of bytes.')
  if (Number(size) > Number(maxSize)) throw new Refusal(413, 'EntityTooLarge', `Files may have at most ${maxSize} bytes here.`)
  const fileName = asked.get('fileName') || 'file'
  if (Buffer.byteLength(fileName) > 900) throw new Refusal(400, 'InvalidParameter.fileName', 'The name has more than 900 bytes.')
  return route({ fileName })
}

createServer(async (request, response) => {
  const [status, body] = await answer(request).then(body => [200, body], error => {
    if (error instanceof Refusal) return [error.status, { Code: error.code, Message: error.message }]
    console.error(error)
    return [500, { Code: 'InternalError', Message: 'The backend failed; its log says more.' }]
  })
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', allow: 'GET' }).end(JSON.stringify(body))
}).listen(env.PORT || 3000, '127.0.0.1', function () { console.log(`http://127.0.0.1:${this.address().port}`) })

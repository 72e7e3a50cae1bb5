// Hands out upload parameters with Alibaba's own SDKs. The keys stay here: ALIBABA_CLOUD_ACCESS_KEY_ID and …_SECRET.
// Put your own sign-in in front of it.
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import OpenApi from '@alicloud/openapi-client'
import TeaUtil from '@alicloud/tea-util'
import OSS from 'ali-oss'

const { env } = process
const keys = { accessKeyId: env.ALIBABA_CLOUD_ACCESS_KEY_ID, accessKeySecret: env.ALIBABA_CLOUD_ACCESS_KEY_SECRET }
const region = env.REGION ?? 'cn-hangzhou'
const bucket = env.BUCKET ?? 'demo-bucket'
const maxSize = 1024 ** 3

/** The cloud has a generated SDK for every product in some languages; this one calls any of them. */
async function call(endpoint, version, action, query) {
  const client = new OpenApi.default(new OpenApi.Config({ ...keys, endpoint, protocol: env.PROTOCOL ?? 'https' }))
  const params = new OpenApi.Params({
    action, version, method: 'POST', style: 'RPC', pathname: '/', protocol: 'HTTPS',
    authType: 'AK', reqBodyType: 'formData', bodyType: 'json'
  })
  const { body } = await client.callApi(params, new OpenApi.OpenApiRequest({ query }), new TeaUtil.RuntimeOptions({}))
  return body
}

function sign(bucketName, keyCondition) {
  const expires = Date.now() + 10 * 60_000
  const { OSSAccessKeyId, policy, Signature } = new OSS({ ...keys, region: `oss-${region}`, bucket }).calculatePostSignature({
    expiration: new Date(expires).toISOString(),
    conditions: [{ bucket: bucketName }, keyCondition, ['content-length-range', 0, maxSize]]
  })
  return { id: OSSAccessKeyId, policy, signature: Signature, expire: Math.floor(expires / 1000) }
}

const routes = {
  '/api/upload-params': fileName =>
    call(env.HBR_ENDPOINT ?? `hbr.${region}.aliyuncs.com`, '2017-09-08', 'CreateTempFileUploadUrl', { FileName: fileName }),
  async '/api/ens/upload-params'(fileName) {
    const prepared = await call(env.ENS_ENDPOINT ?? 'ens.aliyuncs.com', '2017-11-10', 'PrepareUpload', { BucketName: env.ENS_BUCKET })
    const Key = `uploads/${randomUUID()}/${fileName.split(/[/\\]/).at(-1).replaceAll('${', '_{')}`
    const { id, policy, signature, expire } = sign(prepared.BucketName, ['eq', '$key', Key])
    return { ...prepared, Key, OssAccessKeyId: id, Policy: policy, Signature: signature, ExpireTime: expire }
  },
  '/api/policy/v1'() {
    const dir = `uploads/${new Date().toISOString().slice(0, 10)}/`
    const { id, ...signed } = sign(bucket, ['starts-with', '$key', dir])
    return { accessid: id, ...signed, dir, host: env.HOST_URL ?? `https://${bucket}.oss-${region}.aliyuncs.com` }
  }
}

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const answer = Promise.resolve().then(() => routes[pathname]?.(searchParams.get('fileName') || 'file')).then(body => body ? [200, body] : [404, {}])
  // The SDK's message may hold what was signed: the code is enough for a browser.
  const [status, body] = await answer.catch(({ statusCode, code }) => [statusCode ?? 502, { Code: String(code), Message: 'Refused by the cloud.' }])
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body))
}).listen(env.PORT ?? 3000, '127.0.0.1', function () { console.log(`http://127.0.0.1:${this.address().port}`) })

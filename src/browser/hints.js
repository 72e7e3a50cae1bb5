// What to do about an error, in the caller's language.

// The CORS rule that uploads need. Headers that are exposed cannot be named by a wildcard.
const rule = 'AllowedMethod POST, AllowedHeader *, '
  + 'ExposeHeader ETag, x-oss-request-id, x-oss-hash-crc64ecma, x-oss-version-id, x-oss-ec'
const docs = 'https://api.aliyun.com/troubleshoot'

// In English and in simplified Chinese. `{…}` is filled in.
const hints = {
  notTheApi: [
    '`params` must be the address of a backend that answers with JSON: check the address, and whether a login page or a fallback page answers there.',
    '`params` 必须是返回 JSON 的后端地址：请检查该地址，以及是否被登录页或默认页面代为响应。'
  ],
  shapes: [
    "Compare the backend's answer with the shapes in the README.",
    '请将后端的返回与 README 中列出的格式对照。'
  ],
  offline: [
    'The browser is offline: connect to the network and try again.',
    '浏览器处于离线状态：请连接网络后重试。'
  ],
  signIn: [
    'The backend does not let this user upload: sign in again, or check the cookies and headers of the `params` request.',
    '后端不允许当前用户上传：请重新登录，或检查 `params` 请求的 Cookie 和请求头。'
  ],
  backendBusy: [
    'The backend is overloaded or has failed: try again later, and look into its log.',
    '后端繁忙或出错：请稍后重试，并查看后端日志。'
  ],
  backendUnreachable: [
    'The backend could not be reached: check that it runs, its address, and, on another origin, its CORS headers for {origin}.',
    '无法连接后端：请检查后端是否运行、地址是否正确；若跨域，请允许来源 {origin}。'
  ],
  backendLog: [
    "The words are the backend's own: its log says more.",
    '以上为后端返回的原文：详情请查看后端日志。'
  ],
  backendKey: [
    "The backend's AccessKey does not exist or is disabled: give the backend a valid one.",
    '后端使用的 AccessKey 不存在或已禁用：请更换有效的 AccessKey。'
  ],
  backendPermission: [
    "Grant the backend's AccessKey the RAM action hbr:CreateTempFileUploadUrl or ens:PrepareUpload.",
    '请为后端的 AccessKey 授予 RAM 权限 hbr:CreateTempFileUploadUrl 或 ens:PrepareUpload。'
  ],
  hosts: [
    'Files are sent only to https hosts, and only to those in `allowedHosts` if it is set: if this host is yours, add it there; else distrust the parameters.',
    '文件只会发往 https 主机；若设置了 `allowedHosts`，则只发往其中的主机。如该主机属于您，请将其加入；否则请勿信任这些参数。'
  ],
  expired: [
    "Fresh parameters were expired, too: check the backend's clock, and sign policies that outlast the slowest upload.",
    '新参数也已过期：请校准后端时钟，并让 Policy 的有效期长于最慢的一次上传。'
  ],
  violation: [
    'Choose another file, or let the backend sign a policy that allows this one.',
    '请选择其他文件，或让后端签发允许该文件的 Policy。'
  ],
  otherBucket: [
    'The backend names one bucket and signs a policy for another: both must be the same, with PrepareUpload the physical one.',
    '后端返回的存储空间与所签 Policy 中的不同：两者必须一致；使用 PrepareUpload 时均为物理存储空间。'
  ],
  condition: [
    'The message shows the condition that failed: set that form field accordingly, or change the policy in the backend.',
    '错误信息中给出了未满足的条件：请按其设置表单域，或在后端修改 Policy。'
  ],
  region: [
    "The backend names the wrong endpoint for this bucket: its answer must have the bucket's own endpoint or domain.",
    '后端给出的 Endpoint 与存储空间不符：请返回该存储空间自己的 Endpoint 或域名。'
  ],
  permission: [
    'The AccessKey that signed needs oss:PutObject on this bucket; bucket policy and Referer list must allow the upload, too.',
    '签名所用的 AccessKey 需要该存储空间的 oss:PutObject 权限；Bucket Policy 和防盗链也须允许上传。'
  ],
  signature: [
    'The backend must sign the very Base64 text that it sends as the policy, with the secret of the AccessKey that it names.',
    '后端必须对所返回的 Policy（Base64 原文）签名，并使用所返回 AccessKey 对应的 Secret。'
  ],
  token: [
    'AccessKey id and security token must be of one pair and not expired: let the backend get fresh ones.',
    'AccessKey ID 与安全令牌必须成对且未过期：请让后端重新获取。'
  ],
  clock: [
    "Set the backend's clock: it is more than 15 minutes off.",
    '请校准后端时钟：偏差已超过 15 分钟。'
  ],
  noSuchBucket: [
    "Check the bucket's name and endpoint in the backend: the bucket must exist there.",
    '请检查后端配置的 Bucket 名称和 Endpoint：该 Bucket 必须存在。'
  ],
  exists: [
    'OSS may not replace the object of this key: use another key.',
    '该对象不允许被覆盖：请使用其他 Key。'
  ],
  disabled: [
    'The account or bucket is disabled, perhaps for overdue payment: see the Alibaba Cloud console.',
    '账号或存储空间已停用（可能欠费）：请到阿里云控制台查看。'
  ],
  document: [
    'The backend signs a policy that OSS cannot read: it needs `expiration` (UTC) and at least one condition.',
    '后端签发的 Policy 格式有误：须包含 `expiration`（UTC 时间）和至少一个条件。'
  ],
  ossBusy: [
    'OSS is busy: try again later, with fewer uploads at once.',
    'OSS 繁忙：请稍后重试，并减少并发上传数。'
  ],
  lookUp: [
    'See {doc}.',
    '请参阅 {doc}。'
  ],
  callback: [
    'Do not upload again. The application server must answer OSS within 5 seconds, with HTTP 200, JSON and a Content-Length.',
    '请勿重新上传。应用服务器须在 5 秒内以 HTTP 200、JSON 和 Content-Length 响应 OSS 的回调。'
  ],
  proxy: [
    "A proxy, a firewall or a network's login page seems to have answered for OSS: check the network, then try again.",
    '可能是代理、防火墙或网络登录页代替 OSS 作了响应：请检查网络后重试。'
  ],
  cors: [
    'If no upload ever works, the bucket lacks the CORS rule: AllowedOrigin {origin}, {rule}. If others work, the connection was lost: try again.',
    '如果从未上传成功，请为存储空间添加跨域规则：AllowedOrigin {origin}, {rule}。如果其他上传正常，则是连接中断：请重试。'
  ],
  stalled: [
    'The connection is too slow or broken: check the network and try again.',
    '网络过慢或已中断：请检查网络后重试。'
  ],
  integrity: [
    'Upload again. If it happens again, the file changed meanwhile, or something on the way alters data.',
    '请重新上传。若再次发生，可能是文件被改动，或传输途中数据被篡改。'
  ],
  unreadable: [
    'The file was moved, changed or locked: choose it again.',
    '文件已被移动、修改或锁定：请重新选择。'
  ]
}

// Codes of the two APIs that hand out parameters, as a backend passes them on.
const ofBackend = {
  backendPermission: ['AccessDenied', 'NoPermission', 'Forbidden.RAM'],
  disabled: ['UserDisable'],
  noSuchBucket: ['NoSuchBucket', 'InvalidBucketName']
}

// Codes of OSS.
const ofOss = {
  permission: ['AccessDenied'],
  signature: ['SignatureDoesNotMatch'],
  token: ['InvalidAccessKeyId', 'InvalidSecurityToken', 'SecurityTokenExpired', 'AccessKeyIdAndSecurityTokenNotMatch'],
  clock: ['RequestTimeTooSkewed'],
  noSuchBucket: ['NoSuchBucket', 'InvalidBucketName'],
  region: ['SecondLevelDomainForbidden', 'NonStandardHostForbidden', 'TransferAccelerationDisabled'],
  violation: ['EntityTooLarge', 'EntityTooSmall'],
  cors: ['AccessForbidden'],
  exists: ['FileAlreadyExists', 'FileImmutable'],
  disabled: ['UserDisable', 'BucketDisable'],
  document: ['InvalidPolicyDocument'],
  stalled: ['RequestTimeout', 'IncompleteBody', 'MalformedPOSTRequest'],
  ossBusy: [
    'InternalError', 'ServiceUnavailable', 'UploadTrafficRateLimitExceeded', 'TotalQpsLimitExceeded', 'ActiveRequestLimitExceeded'
  ]
}

const lookUp = (table, code) => Object.keys(table).find(name => table[name].includes(code))

/** What each code of `UploadError` comes to: a name of a hint. */
const advice = {
  INVALID_PARAMS: ({ status }) => status === undefined ? 'shapes' : 'notTheApi',
  PARAMS_REFUSED: error => isOffline(error) ? 'offline' : ofRefusedParams(error),
  FORBIDDEN_HOST: () => 'hosts',
  POLICY_EXPIRED: () => 'expired',
  POLICY_VIOLATION: ({ phase }) => phase === 'params' ? 'otherBucket' : 'violation',
  OSS_REFUSED: ({ ossCode, ossMessage }) => ofRefusal(ossCode, ossMessage),
  CALLBACK_FAILED: () => 'callback',
  INVALID_RESPONSE: () => 'proxy',
  NETWORK: error => isOffline(error) ? 'offline' : error.phase === 'params' ? 'backendUnreachable' : 'cors',
  STALLED: () => 'stalled',
  INTEGRITY: () => 'integrity',
  FILE_UNREADABLE: () => 'unreadable'
}

/** Nobody answered, and the browser knows why. */
const isOffline = ({ status, ossCode }) => status === undefined && ossCode === undefined && globalThis.navigator?.onLine === false

function ofRefusedParams({ status, ossCode }) {
  if (ossCode?.startsWith('InvalidAccessKeyId')) return 'backendKey'
  const known = lookUp(ofBackend, ossCode)
  if (known) return known
  if (status === undefined) return ossCode === undefined ? 'backendUnreachable' : 'backendLog'
  if (status === 401 || status === 403) return 'signIn'
  if (status === 404 || status === 405) return 'notTheApi'
  return status === 429 || status >= 500 ? 'backendBusy' : 'backendLog'
}

function ofRefusal(code, message = '') {
  const known = lookUp(ofOss, code) ?? 'lookUp'
  if (known !== 'permission') return known
  // One code for many causes: the message tells which.
  if (message.includes('Policy Condition failed')) return 'condition'
  return message.includes('specified endpoint') ? 'region' : known
}

/** One or two sentences. What is not known of the error is `undefined`; `page` is the one that OSS recommends. */
export function hint(code, phase, status, ossCode, ossMessage, page = docs, locale = 'en') {
  const [english, chinese] = hints[advice[code]({ phase, status, ossCode, ossMessage })]
  const filled = { '{origin}': globalThis.location?.origin ?? '', '{rule}': rule, '{doc}': page }
  return (locale === 'zh-CN' ? chinese : english).replace(/\{\w+\}/g, name => filled[name])
}

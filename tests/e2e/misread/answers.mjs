// Answers of backends. A row: [name, expected, what that stands on, what is done in the page].

const MINE = 'done DIR/UUID/FILE'
const OPTIONAL = 'README, "What the backend answers": in one of the usual envelopes'
const V1_SAMPLE = 'Alibaba\'s sample "server signs", V1'
const SIGNED_DECIDES = 'the policy is what OSS judges by; nobody signed the time beside it'
const NAMES = 'fact sheet 14.8'

export const answers = [
  // Envelopes.
  ...[10000, 1000, 'A00000', 0, '20000', -1].map(code => [
    `complete parameters in { code: ${JSON.stringify(code)}, msg: 'success' }`, MINE, OPTIONAL,
    async ({ v1, put }, code) => put({ code, msg: 'success', data: await v1() }), code
  ]),
  ['complete parameters beside words that sound like a refusal', MINE, 'complete parameters outrank a guess',
    async ({ v1, put }) => put({ errno: 7, errmsg: 'see data', data: await v1() })],
  ...['content', 'payload', 'Model', 'obj'].map(name => [
    `{ code: 0, msg: 'success', ${name}: {…} }`, MINE, OPTIONAL,
    async ({ v1, put }, name) => put({ code: 0, msg: 'success', [name]: await v1() }), name
  ]),
  ['{ code: 0, msg: \'success\' } and nothing else', /^INVALID_PARAMS: .*holds no upload parameters/, 'a success is not a refusal: the shapes are shown',
    ({ put }) => put({ code: 0, msg: 'success' })],
  ['incomplete parameters beside { code: 0, msg: \'success\' }', /^INVALID_PARAMS: `signature` is missing/, 'what is wrong is named',
    async ({ v1, put }) => put({ code: 0, msg: 'success', data: { ...await v1(), signature: '' } })],
  ['{ code: 1, msg: \'no right to upload\', data: {} }', 'PARAMS_REFUSED: The backend refused to hand out upload parameters: no right to upload (1).', "the backend's own words",
    ({ put }) => put({ code: 1, msg: 'no right to upload', data: {} })],
  ['the same, data: null', /^PARAMS_REFUSED: .*no right to upload/, "the backend's own words",
    ({ put }) => put({ code: 1, msg: 'no right to upload', data: null })],
  ['the same, data: [], in Chinese', /^PARAMS_REFUSED: .*没有上传权限/, "the backend's own words",
    ({ put }) => put({ code: 200, message: '没有上传权限', result: [] })],
  ['the same, beside parameters that are incomplete', /^PARAMS_REFUSED: .*no right to upload/, "the backend's own words",
    async ({ v1, put }) => put({ code: 1, msg: 'no right to upload', data: { ...await v1(), policy: null } })],

  // Times beside the policy.
  ...[
    ['now', () => Math.floor(Date.now() / 1000)],
    ['8 h ago', () => Math.floor(Date.now() / 1000) - 8 * 3600],
    ['in milliseconds, 8 h ago', () => Date.now() - 8 * 3_600_000],
    ["'2026/12/01 12:00:00'", () => '2026/12/01 12:00:00'],
    ["''", () => ''],
    ['false', () => false],
    ['a lifetime of 300', () => 300],
    ['a list', () => [1]],
    ['an object', () => ({ seconds: 1 })],
    ["'never'", () => 'never']
  ].map(([words, expire]) => [
    `\`expire\` is ${words}, the policy good for an hour`, MINE, SIGNED_DECIDES,
    async ({ v1, put }, source) => put({ ...await v1(), expire: new Function(`return (${source})()`)() }), String(expire)
  ]),
  ['`expire` lies ahead, the policy has ended', /^(POLICY_EXPIRED|OSS_REFUSED): /, SIGNED_DECIDES,
    async ({ signed, put }) => put({ ...await signed([{ bucket: 'demo-bucket' }], { expiration: '2020-01-01T00:00:00.000Z' }), expire: Math.floor(Date.now() / 1000) + 3600 })],

  // Addresses.
  ...[
    ['http://demo-bucket.oss-cn-hangzhou.aliyuncs.com', 'https://demo-bucket.oss-cn-hangzhou.aliyuncs.com/', V1_SAMPLE],
    ['HTTP://demo-bucket.oss-accelerate.aliyuncs.com:80/', 'https://demo-bucket.oss-accelerate.aliyuncs.com/', 'fact sheet 14.5'],
    ['http://demo-bucket.cn-hangzhou.oss.aliyuncs.com', 'https://demo-bucket.cn-hangzhou.oss.aliyuncs.com/', 'fact sheet 14.5'],
    ['http://demo-bucket.oss-cn-hangzhou.aliyuncs.com:8080', /^FORBIDDEN_HOST: /, 'https only: that port speaks something else'],
    ['http://files.example.com', /^FORBIDDEN_HOST: /, 'https only'],
    ['https://demo-bucket.oss-cn-hangzhou-internal.aliyuncs.com', /^INVALID_PARAMS: .*demo-bucket\.oss-cn-hangzhou\.aliyuncs\.com/, 'fact sheet 14.5: a browser never reaches it'],
    ['http://demo-bucket.oss-cn-beijing-internal.aliyuncs.com', /^INVALID_PARAMS: .*demo-bucket\.oss-cn-beijing\.aliyuncs\.com/, 'fact sheet 14.5'],
    ['oss-cn-hangzhou', /^INVALID_PARAMS: .*region/, 'a region is no host'],
    ['https://demo-bucket.oss-cn-hangzhou', /^INVALID_PARAMS: .*region/, 'a region is no host'],
    ['cn-hangzhou', /^INVALID_PARAMS: .*region/, 'a region is no host'],
    ['ap-southeast-1', /^INVALID_PARAMS: .*region/, 'a region is no host'],
    ...['256.256.256.256', '[]', '[1]', '1.2.3', '0x7f.0.0.1', '127.0.0.01', 'https://[::g]', 'https://a..b', 'https://a.b:99999'].map(
      host => [host, /^INVALID_PARAMS: /, 'no browser can parse it, or reads it otherwise']
    )
  ].map(([host, expected, why]) => [`host: '${host}'`, expected, why, async ({ v1, read }, host) => read({ ...await v1(), host }, 'url'), host]),
  ...['oss-cn-hangzhou', 'oss-cn-hangzhou-internal.aliyuncs.com', 'us-west-1'].map(endpoint => [
    `Endpoint: '${endpoint}'`, /^INVALID_PARAMS: /, 'said before anything is sent',
    async ({ temp, read }, Endpoint) => read({ ...await temp(), Endpoint }, 'url'), endpoint
  ]),

  // Keys and folders.
  ['no `dir` or key, but the page gives `key`', 'done DIR/FILE', 'README: `key` names the object',
    async ({ v1, put, file }) => {
      const { dir, ...rest } = await v1()
      return put(rest, { key: dir + file().name })
    }],
  ['the same, `key` is a function', 'done DIR/FILE', 'README: `key` names the object',
    async ({ v1, put }) => {
      const { dir, ...rest } = await v1()
      return put(rest, { key: file => dir + file.name })
    }],
  ['the same, an uploader’s `key`', 'done DIR/FILE', 'README: `key` names the object',
    async ({ v1, createUploader, file, ended }) => {
      const { dir, ...rest } = await v1()
      return ended(createUploader({ params: () => rest, key: file => dir + file.name }).add(file()).result)
    }],
  ['the same, the page gives none', /^INVALID_PARAMS: `dir` is missing/, 'the name in the words of the answer',
    async ({ v1, put }) => {
      const { dir: _dir, ...rest } = await v1()
      return put(rest)
    }],
  ['`dir` without its slash', MINE, 'a folder is meant',
    async ({ v1, put }) => {
      const answer = await v1()
      return put({ ...answer, dir: answer.dir.slice(0, -1) })
    }],
  ['the same, under the page\'s `key`', 'done DIR/FILE', 'a folder is meant',
    async ({ v1, put }) => {
      const answer = await v1()
      return put({ ...answer, dir: answer.dir.slice(0, -1) }, { key: (file, dir) => dir + file.name })
    }],
  ['`upload_dir` without its slash', MINE, NAMES,
    async ({ v1, put }) => {
      const { dir, ...rest } = await v1()
      return put({ ...rest, upload_dir: dir.slice(0, -1) })
    }],
  ['`dir` is empty', '', 'no folder: the root of the bucket',
    async ({ v1, read }) => read({ ...await v1(), dir: '' }, 'dir')],
  ['`prefix` in the middle of a name', 'done DIR/photo-UUID/FILE', 'a prefix stays as it is',
    async ({ v1, put }) => {
      const { dir, ...rest } = await v1()
      return put({ ...rest, prefix: `${dir}photo-` })
    }],
  ['`keyPrefix` without a slash', 'photo', 'a prefix stays as it is',
    async ({ v1, read }) => {
      const { dir: _dir, ...rest } = await v1()
      return read({ ...rest, keyPrefix: 'photo' }, 'dir')
    }],

  // Callbacks.
  ...[false, null, ''].map(callback => [
    `\`callback\` is ${JSON.stringify(callback)}`, 'OSSAccessKeyId policy Signature x-oss-object-acl', 'there is no callback',
    async ({ v1, read }, callback) => (await read({ ...await v1(), callback }, 'fields')).join(' '), callback
  ]),
  ['`callback` is false, in `fields`', 'OSSAccessKeyId policy Signature', 'there is no callback',
    async ({ v1, read }) => {
      const { accessid, host, policy, signature, dir } = await v1()
      return (await read({ url: host, dir, fields: { OSSAccessKeyId: accessid, policy, signature, callback: false } }, 'fields')).join(' ')
    }],
  ['`callback` is false: the upload', MINE, 'there is no callback',
    async ({ v1, put }) => put({ ...await v1(), callback: false })],
  ...[
    ["{ 'x:uid': '42' }", { 'x:uid': '42' }],
    ['JSON in text', '{"x:uid":"42"}'],
    ['Base64 of JSON', btoa('{"x:uid":"42"}')],
    ['a number, without `x:`', { uid: 42 }]
  ].map(([words, vars]) => [
    `\`callback-var\` is ${words}`, 'OSSAccessKeyId policy Signature x-oss-object-acl x:uid', 'PostObject: a variable is a form field',
    async ({ v1, read }, vars) => (await read({ ...await v1(), 'callback-var': vars }, 'fields')).join(' '), vars
  ]),

  // Other services.
  ['DashScope’s getPolicy', MINE, NAMES,
    async ({ v1, put }) => {
      const { accessid, host, policy, signature, dir } = await v1()
      return put({
        request_id: 'r',
        data: {
          policy, signature, upload_dir: dir, upload_host: host, expire_in_seconds: 300, max_file_size_mb: 100,
          oss_access_key_id: accessid, x_oss_object_acl: 'private', x_oss_forbid_overwrite: 'true'
        }
      })
    }],
  ['the same: its fields', 'OSSAccessKeyId policy Signature x-oss-forbid-overwrite x-oss-object-acl', NAMES,
    async ({ v1, read }) => {
      const { accessid, host, policy, signature, dir } = await v1()
      const data = { policy, signature, upload_dir: dir, upload_host: host, oss_access_key_id: accessid, x_oss_object_acl: 'private', x_oss_forbid_overwrite: 'true' }
      return (await read({ request_id: 'r', data }, 'fields')).join(' ')
    }],
  ['the same in camelCase, a boolean for a text', MINE, NAMES,
    async ({ v1, put }) => {
      const { accessid, host, policy, signature, dir } = await v1()
      return put({ policy, signature, uploadDir: dir, uploadHost: host, ossAccessKeyId: accessid, xOssForbidOverwrite: true })
    }],

  // Policies.
  ...[
    ['min > max', [['content-length-range', 20, 10]], {}, /content-length-range/, '0006-00000219'],
    ['a negative minimum', [['content-length-range', -1, 10]], {}, /content-length-range/, '0006-00000220'],
    ['a maximum that is no number', [['content-length-range', 0, 'much']], {}, /content-length-range/, '0006-00000221'],
    ['an unknown operator', [['ends-with', '$key', 'x']], {}, /no operator "ends-with"/, '0006-00000217'],
    ['an expiration without `T`', [{ bucket: 'demo-bucket' }], { expiration: '2033-02-19 13:19:00' }, /expiration "2033-02-19 13:19:00"/, '0006-00000212'],
    ['an expiration with an offset', [{ bucket: 'demo-bucket' }], { expiration: '2033-02-19T13:19:00+08:00' }, /expiration/, '0006-00000212'],
    ['no conditions', [], {}, /no conditions/, '0006-00000215'],
    ['a condition of one', [['eq']], {}, /one of its conditions/, '0006-00000223']
  ].flatMap(([words, conditions, changes, warning, ec]) => [
    [`a policy with ${words}: parsePolicy`, warning, `fact sheet 14.1: EC ${ec}`,
      async ({ encode, parsePolicy }, [conditions, changes]) =>
        (await parsePolicy(encode(JSON.stringify({ expiration: '2033-02-19T13:19:00.000Z', conditions, ...changes })))).warnings.join(' | '), [conditions, changes]],
    [`a policy with ${words}: the console`, /^1: .*OSS will refuse this policy/, 'a warning, once',
      async ({ signed, warnings, put }, [conditions, changes]) => {
        const answer = await signed(conditions, changes)
        const said = await warnings(async () => {
          await put(answer)
          await put(answer)
        })
        const refusing = said.filter(text => text.includes('refuse this policy'))
        return `${refusing.length}: ${refusing}`
      }, [conditions, changes]]
  ]),
  ['a policy that OSS takes: no warning', '', 'PostObject: its sample',
    async ({ encode, parsePolicy }) => (await parsePolicy(encode(JSON.stringify({ expiration: '2033-02-19T13:19:00Z', conditions: [{ bucket: 'b' }] })))).warnings.join()],
  ['`conditions` that are a mapping', /^INVALID_PARAMS: /, 'fact sheet 14.1: EC 0006-00000214',
    ({ encode, parsePolicy, ended }) => ended(parsePolicy(encode('{"expiration":"2033-02-19T13:19:00Z","conditions":{"bucket":"b"}}')))],
  ['V2 is not called V1', 'V2', 'DESIGN: the signature versions',
    async ({ v1, read }) => {
      const { host, policy, dir } = await v1()
      return read({ host, dir, policy, 'x-oss-signature-version': 'OSS2', 'x-oss-access-key-id': 'id', 'x-oss-signature': 's' }, 'signatureVersion')
    }],
  ['V4 is not called V2', 'V4', 'DESIGN: the signature versions', async ({ v4, read }) => read(await v4(), 'signatureVersion')],
  ['`not-in` on an absent field', /^(done|OSS_REFUSED)/, 'not ours to refuse: no document says',
    async ({ signed, put }) => put(await signed([{ bucket: 'demo-bucket' }, ['not-in', '$cache-control', ['no-cache']]]))],
  ['`not-in` on a field that has such a value', /^POLICY_VIOLATION: .*none of "no-cache"/, 'PostObject: conditions',
    async ({ signed, put }) => put(await signed([{ bucket: 'demo-bucket' }, ['not-in', '$cache-control', ['no-cache']]]), { fields: { 'Cache-Control': 'no-cache' } })],
  ['`not-in` on the content type', /^POLICY_VIOLATION: .*none of "text\/plain"/, 'the type is known without a field',
    async ({ signed, put }) => put(await signed([{ bucket: 'demo-bucket' }, ['not-in', '$content-type', ['text/plain']]]))],
  ['`eq` on an absent field', /^POLICY_VIOLATION: .*x-oss-object-acl/, 'PostObject: the example of `eq`',
    async ({ signed, put }) => put(await signed([{ bucket: 'demo-bucket' }, ['in', '$x-oss-object-acl', ['private']]]))]
]

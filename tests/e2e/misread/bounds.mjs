// How much is read, and how long that takes. A row: [name, expected, what that stands on, what is done in the page].

const MINE = 'done DIR/UUID/FILE'
const FAST = 'longer tasks are felt: https://www.w3.org/TR/longtasks-1/'

export const bounds = [
  // Bounds.
  ['1,001 fields', /^INVALID_PARAMS: .*too many fields/, 'at most 1,000 fields',
    async ({ v1, read }) => read({ ...await v1(), ...Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`x-oss-meta-${i}`, 'x'])) }, 'url')],
  ['1,001 fields in `fields`', /^INVALID_PARAMS: .*too many fields/, 'at most 1,000 fields',
    async ({ v1, read }) => {
      const { host } = await v1()
      return read({ url: host, fields: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`x-oss-meta-${i}`, 'x'])) }, 'url', { anonymous: true })
    }],
  ['1,000 fields in `fields`', 1000, 'at most 1,000 fields',
    async ({ v1, read }) => {
      const { host } = await v1()
      return (await read({ url: host, fields: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-oss-meta-${i}`, 'x'])) }, 'fields', { anonymous: true })).length
    }],
  ['1,001 conditions', /^INVALID_PARAMS: /, 'at most 1,000 conditions',
    ({ encode, ended, parsePolicy }) => ended(parsePolicy(encode(JSON.stringify({ expiration: '2033-02-19T13:19:00Z', conditions: Array(1001).fill({ bucket: 'b' }) }))))],
  ['1,001 conditions in one mapping', /^INVALID_PARAMS: /, 'at most 1,000 conditions',
    ({ encode, ended, parsePolicy }) => ended(parsePolicy(encode(JSON.stringify({
      expiration: '2033-02-19T13:19:00Z', conditions: [Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`x${i}`, 'b']))]
    }))))],
  ['1,001 conditions: OSS judges', MINE, 'what is not read here is not ours to refuse',
    async ({ signed, put }) => put(await signed(Array(1001).fill({ bucket: 'demo-bucket' })))],
  ...[
    ['an answer without an end', '() => new Response(new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(65536).fill(32)) }))'],
    ['a mock\'s answer of 2 MB', "() => ({ status: 200, text: async () => ' '.repeat(2_000_000) })"],
    ['an answer that says it has 2 MB', "() => new Response('{}', { headers: { 'content-length': '2000000' } })"]
  ].map(([words, source]) => [
    words, /^INVALID_PARAMS: .*too long/, 'at most 1 MiB is read',
    ({ withFetch, upload, file, ended }, source) => withFetch('backend', async () => new Function(`return ${source}`)()(),
      () => ended(upload(file(), { params: '/p', retry: false }))), source
  ]),

  // Time: [what, how it is done], each under 50 ms. The best of three: the machine has other work, too.
  ...[
    ['10,000 fields', async ({ v1, normalizeParams, time }) => {
      const answer = { ...await v1(), ...Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x-oss-meta-${i}`, 'x'])) }
      return time(() => normalizeParams(answer).catch(() => {}))
    }],
    ['10,000 fields in `fields`', async ({ v1, normalizeParams, time }) => {
      const { host: url } = await v1()
      const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x-oss-meta-${i}`, 'x']))
      return time(() => normalizeParams({ url, fields }, { anonymous: true }).catch(() => {}))
    }],
    ['1,000 fields, as many as may be', async ({ v1, normalizeParams, time }) => {
      const { host: url } = await v1()
      const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-oss-meta-${i}`, 'x']))
      return time(() => normalizeParams({ url, fields }, { anonymous: true }))
    }],
    ['10,000 conditions', async ({ encode, parsePolicy, time }) => {
      const conditions = Array.from({ length: 10_000 }, (_, i) => ['eq', `$x-oss-meta-${i}`, 'x'])
      const policy = encode(JSON.stringify({ expiration: '2033-02-19T13:19:00Z', conditions }))
      return time(() => parsePolicy(policy).catch(() => {}))
    }],
    ['1,000 conditions, as many as may be', async ({ encode, parsePolicy, time }) => {
      const conditions = Array.from({ length: 1000 }, (_, i) => ['eq', `$x-oss-meta-${i}`, 'x'])
      const policy = encode(JSON.stringify({ expiration: '2033-02-19T13:19:00Z', conditions }))
      return time(() => parsePolicy(policy))
    }],
    ['an error of OSS with 65,000 `&`', async ({ v1, failure, send, withFetch, ossError, time }) => {
      const answer = await v1()
      const response = ossError('InvalidArgument', '&'.repeat(65_000))
      return withFetch('bucket', async () => response, () => time(() => failure(send(answer, { retry: false, verify: false }))))
    }],
    ['an error of OSS with 64 KiB of entities', async ({ v1, failure, send, withFetch, ossError, time }) => {
      const answer = await v1()
      const response = ossError('InvalidArgument', '&amp;'.repeat(13_000))
      return withFetch('bucket', async () => response, () => time(() => failure(send(answer, { retry: false, verify: false }))))
    }],
    ['an error of OSS with 16,000 open elements', async ({ v1, failure, send, withFetch, ossError, time }) => {
      const answer = await v1()
      const response = ossError('InvalidArgument', '<a>'.repeat(16_000))
      return withFetch('bucket', async () => response, () => time(() => failure(send(answer, { retry: false, verify: false }))))
    }]
  ].map(([words, measure]) => [
    `${words}: time`, /^under 50 ms/, FAST,
    async (tools, source) => {
      await tools.ready()
      const measure = new Function(`return ${source}`)()
      const times = []
      for (let round = 0; round < 3; round += 1) times.push(await measure(tools))
      const best = Math.min(...times)
      return `${best < 50 ? 'under 50 ms' : 'too slow'}: ${best.toFixed(1)} ms`
    }, String(measure)
  ])
]

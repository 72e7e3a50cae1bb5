// What stands around an upload: a page's own functions, wrapped browsers, a network that is gone, policies of pages.
// A row: [name, expected, what that stands on, what is done in the page].

const MINE = 'done DIR/UUID/FILE'
const HINT = 'an offline flag is a hint'
const BY_SHAPE = 'a wrapped browser is one that pages have'

export const surroundings = [
  // The params function.
  ...[
    ['throws a text', "() => { throw 'mine' }", 'mine'],
    ['throws an error', "() => { throw new Error('mine') }", 'mine'],
    ['rejects', "async () => { throw new Error('mine') }", 'mine'],
    ['rejects with nothing', '() => Promise.reject()', 'no reason was given']
  ].map(([words, source, why]) => [
    `a params function that ${words}`, `PARAMS_REFUSED: The params function failed: ${why}. | own hint`, 'a hint of its own: no CORS',
    async ({ upload, file, failure }, source) => {
      const { code, message, hint } = await failure(upload(file(), { params: new Function(`return ${source}`)(), retry: false }))
      return `${code}: ${message} | ${/`params` function/.test(hint) && !/CORS/.test(hint) ? 'own hint' : hint}`
    }, source
  ]),
  ['a params function may take longer than `stallTimeout`', MINE, 'it may ask a person',
    async ({ v1, pause, upload, file, ended }) => {
      const answer = await v1()
      return ended(upload(file(), { params: () => pause(400).then(() => answer), stallTimeout: 100 }))
    }],
  ['a params function that never ends: abort', 'Error: enough', 'it can be aborted',
    async ({ upload, file, ended }) => {
      const abort = new AbortController()
      setTimeout(() => abort.abort(new Error('enough')), 50)
      return ended(upload(file(), { params: () => new Promise(() => {}), signal: abort.signal }))
    }],
  ['the same: those who wait for its parameters go on', `Error: enough, ${MINE}`, 'it does not hold up others',
    async ({ v1, createUploader, file, ended, pause }) => {
      const answer = await v1()
      let calls = 0
      const uploader = createUploader({ params: () => (calls += 1) === 1 ? new Promise(() => {}) : answer })
      const [first, second] = [uploader.add(file()), uploader.add(file())]
      // Until it asks: before that another might ask first.
      while (calls === 0) await pause(10)
      first.abort(new Error('enough'))
      return (await Promise.all([ended(first.result), ended(second.result)])).join(', ')
    }],

  // Wrapped XMLHttpRequest.
  ...[
    ['getAllResponseHeaders throws', 'getAllResponseHeaders', { value() { throw new Error('mine') } }],
    ['getAllResponseHeaders gives null', 'getAllResponseHeaders', { value: () => null }],
    ['getAllResponseHeaders gives an object', 'getAllResponseHeaders', { value: () => ({}) }],
    ['getAllResponseHeaders gives nonsense', 'getAllResponseHeaders', { value: () => 'no colon\r\n:\r\n' }],
    ['responseURL is undefined', 'responseURL', { get: () => undefined }],
    ['responseURL throws', 'responseURL', { get() { throw new Error('mine') } }]
  ].map(([words, property, { value, get }]) => [
    words, MINE, BY_SHAPE,
    async ({ v1, put, withProperty }, { property, value, get }) => {
      const revive = source => source && new Function(`return ({ ${source} })`)()
      const descriptor = { ...value && { value: Object.values(revive(value))[0] }, ...get && { get: Object.values(revive(get))[0] } }
      const answer = await v1()
      return withProperty(XMLHttpRequest.prototype, property, descriptor, () => put(answer, { onProgress() {} }))
    }, { property, value: value && asMethod('value', value), get: get && asMethod('get', get) }
  ]),

  // Offline, or so it seems.
  ['the offline flag is stuck, the network is there', MINE, HINT,
    async ({ v1, offline, put }) => {
      const answer = await v1()
      return offline(() => put(answer))
    }],
  ['the same, six lost connections to the bucket', MINE, `${HINT}: such tries use up no attempts`,
    async ({ v1, offline, put, withFetch }) => {
      const answer = await v1()
      let left = 6
      return offline(() => withFetch('bucket', (request, fetch) => (left -= 1) < 0 ? fetch(request) : Promise.reject(new TypeError('lost')), () => put(answer)))
    }],
  ['the same, six lost connections to the backend', MINE, `${HINT}: such tries use up no attempts`,
    async ({ offline, upload, file, retry, ended, withFetch }) => {
      let left = 6
      return offline(() => withFetch('backend', (request, fetch) => (left -= 1) < 0 ? fetch(request) : Promise.reject(new TypeError('lost')),
        () => ended(upload(file(), { params: '/api/policy/v1', retry }))))
    }],
  ...['bucket', 'backend'].map(whose => [
    `the same, the ${whose} never answers, offlineTimeout 300`, /^NETWORK: .* \| waited/, HINT,
    async ({ v1, offline, upload, file, retry, ended, withFetch, time }, whose) => {
      const answer = await v1()
      let words
      const ms = await time(async () => {
        const params = whose === 'bucket' ? () => answer : '/api/policy/v1'
        words = await offline(() => withFetch(whose, () => Promise.reject(new TypeError('lost')), () => ended(upload(file(), { params, retry, offlineTimeout: 300 }))))
      })
      return `${words} | ${ms >= 250 && ms < 5000 ? 'waited' : ms}`
    }, whose
  ]),
  ['the same, aborted while it waits', 'Error: enough', 'an abort is heard everywhere',
    async ({ v1, offline, withFetch, put }) => {
      const answer = await v1()
      const abort = new AbortController()
      setTimeout(() => abort.abort(new Error('enough')), 100)
      return offline(() => withFetch('bucket', () => Promise.reject(new TypeError('lost')), () => put(answer, { signal: abort.signal })))
    }],

  // What wraps fetch.
  ...[
    ['{ status, url, text() }', "r => ({ status: r.status, url: r.url, text: () => r.text() })"],
    ['{ status } and no more', 'r => ({ status: r.status })'],
    ['a copy of the answer', 'r => new Response(r.status === 204 ? null : r.body, { status: r.status, headers: r.headers })'],
    ['a proxy of the answer', 'r => new Proxy(r, { get: (t, n) => typeof t[n] === "function" ? t[n].bind(t) : t[n] })']
  ].map(([words, source]) => [
    `a fetch wrapper that gives ${words} for the bucket's answer`, MINE, BY_SHAPE,
    async ({ v1, withFetch, put }, source) => {
      const answer = await v1()
      return withFetch('bucket', async (request, fetch) => new Function(`return ${source}`)()(await fetch(request)), () => put(answer, { retry: false }))
    }, source
  ]),
  ...['undefined', "'text'", '({})', '({ status: 200, text() { throw 1 } })', '({ status: 200, body: { getReader: 1 }, headers: 5, text: async () => "hello" })'].map(source => [
    `a fetch mock that gives ${source} for the bucket's answer`, /^(NETWORK|INVALID_RESPONSE): /, 'never a success, never the end of the module',
    async ({ v1, withFetch, put }, source) => {
      const answer = await v1()
      return withFetch('bucket', async () => new Function(`return ${source}`)(), () => put(answer, { retry: false }))
    }, source
  ]),
  ...['backend', 'bucket'].map(whose => [
    `the \`fetch\` of another realm, for the ${whose}`, MINE, BY_SHAPE,
    async ({ withFetch, upload, file, ended }, whose) => {
      const frame = document.body.appendChild(document.createElement('iframe'))
      const { fetch } = frame.contentWindow
      const done = await withFetch(whose, request => fetch(request), () => ended(upload(file(), { params: '/api/policy/v1', retry: false })))
      frame.remove()
      return done
    }, whose
  ]),
  ...[
    ['{ status, text() }', 'a => ({ status: 200, text: async () => JSON.stringify(a) })'],
    ['{ ok, json() }', 'a => ({ ok: true, json: async () => a })'],
    ['{ ok: true, json() } without promises', 'a => ({ ok: true, json: () => a })'],
    ['text with a byte order mark', 'a => new Response(`\\uFEFF${JSON.stringify(a)}`)'],
    ['a proxy of the response', 'a => { const r = Response.json(a); return new Proxy(r, { get: (t, n) => typeof t[n] === "function" ? t[n].bind(t) : t[n] }) }']
  ].map(([words, source]) => [
    `a fetch mock that gives ${words}`, MINE, BY_SHAPE,
    async ({ v1, withFetch, upload, file, ended }, source) => {
      const answer = await v1()
      return withFetch('backend', async () => new Function(`return ${source}`)()(answer), () => ended(upload(file(), { params: '/p', retry: false })))
    }, source
  ]),
  ...[
    ['a response whose body was read', 'async a => { const r = Response.json(a); await r.text(); return r }'],
    ['a proxy that is none of its methods\'', 'a => new Proxy(Response.json(a), {})'],
    ['an object made of a response', 'a => Object.create(Response.json(a))']
  ].map(([words, source]) => [
    `a fetch mock that gives ${words}`, /^NETWORK: .* \| then done$/, 'said, and the next upload succeeds',
    async ({ v1, withFetch, upload, file, failure }, source) => {
      const answer = await v1()
      const { code, message } = await withFetch('backend', async () => new Function(`return ${source}`)()(answer), () => failure(upload(file(), { params: '/p', retry: false })))
      await upload(new File(['next'], 'next.txt'), { params: '/api/policy/v1' })
      return `${code}: ${message} | then done`
    }, source
  ]),
  ['a file whose bytes never come', 'done, verified false', 'stored, but nobody can verify it; `verifying` ends',
    async ({ upload, file }) => {
      const gone = Object.assign(new File([new Uint8Array(300 * 1024)], file().name), { arrayBuffer: () => new Promise(() => {}) })
      const { verified } = await upload(gone, { params: '/api/policy/v1', stallTimeout: 300 })
      return `done, verified ${verified}`
    }],
  ['a small file whose bytes never come', /^FILE_UNREADABLE: /, 'it is sent as what was read, so there is nothing to send',
    async ({ upload, file, ended }) => {
      const gone = Object.assign(file(), { arrayBuffer: () => new Promise(() => {}) })
      return ended(upload(gone, { params: '/api/policy/v1', stallTimeout: 300 }))
    }],
  ['an empty file, with progress', 'done, ratio 1', 'all of it is there',
    async ({ upload, file }) => {
      let ratio
      await upload(new File([], file().name), { params: '/api/policy/v1', onProgress: progress => { ratio = progress.ratio } })
      return `done, ratio ${ratio}`
    }],
  ['a fetch mock that gives { ok: false, status: 403, json() }', /^PARAMS_REFUSED: .*no right to upload/, "the backend's own words",
    ({ withFetch, upload, file, ended }) => withFetch('backend', async () => ({ ok: false, status: 403, json: async () => ({ message: 'no right to upload' }) }),
      () => ended(upload(file(), { params: '/p', retry: false })))],

  // Content-Security-Policy.
  ['connect-src lacks the bucket', /^NETWORK: .* \| attempts 1 \| connect-src$/, 'said, and not retried',
    async ({ framed, v1 }) => framed(location.origin, async ({ failure, send }) => {
      let attempts = 0
      const { code, message, hint } = await failure(send(await v1(), { onAttempt() { attempts += 1 } }))
      return `${code}: ${message} | attempts ${attempts} | ${/connect-src/.exec(hint)}`
    })],
  ['the same, with progress', /^NETWORK: .*Content-Security-Policy.* \| attempts 1 \| connect-src$/, 'said, and not retried',
    async ({ framed, v1 }) => framed(location.origin, async ({ failure, send }) => {
      let attempts = 0
      const { code, message, hint } = await failure(send(await v1(), { onProgress() {}, onAttempt() { attempts += 1 } }))
      return `${code}: ${message} | attempts ${attempts} | ${/connect-src/.exec(hint)}`
    })],
  ['connect-src lacks the backend', /^NETWORK: .*Content-Security-Policy.* \| asked 1 \| connect-src$/, 'said, and not retried',
    async ({ framed, retry }) => framed("'none'", async ({ failure, upload, file }, global) => {
      let asked = 0
      const { fetch } = global
      global.fetch = request => {
        asked += 1
        return fetch(request)
      }
      const { code, message, hint } = await failure(upload(file(), { params: `${location.origin}/api/policy/v1`, retry }))
      return `${code}: ${message} | asked ${asked} | ${/connect-src/.exec(hint)}`
    })],
  ['connect-src has both', MINE, 'it forbids nothing of it',
    async ({ framed, v1 }) => {
      const { host } = await v1()
      return framed(`${location.origin} ${new URL(host).origin}`, ({ ended, upload, file }) => ended(upload(file(), { params: `${location.origin}/api/policy/v1` })))
    }],
  ['the page’s other requests are forbidden meanwhile', MINE, 'somebody else’s violation is not ours',
    async ({ framed, v1 }) => {
      const { host } = await v1()
      return framed(`${location.origin} ${new URL(host).origin}`, async ({ ended, upload, file }, global) => {
        const uploading = ended(upload(file(), { params: `${location.origin}/api/policy/v1` }))
        await global.fetch('http://127.0.0.1:9/').catch(() => {})
        return uploading
      })
    }]
]

function asMethod(name, method) {
  const source = String(method)
  return source.startsWith(name) ? source : `${name}: ${source}`
}

// What the rows of the table work with. Runs in the page, by its source: it must refer to nothing outside itself.

/**
 * @param oss the package's entry
 * @param name part of every file's name, so that what is stored can be found
 */
export function makeTools(oss, name) {
  const { upload, createUploader, normalizeParams, parsePolicy } = oss
  const file = (options = {}) => new File(['misread'], options.name ?? `${name}.txt`, { type: options.type ?? 'text/plain' })
  const retry = { attempts: 4, minDelay: 10, maxDelay: 30 }
  const answer = async route => (await fetch(`${route}?fileName=${name}.txt&size=7&type=text%2Fplain`)).json()

  /** A key with the day's folder as DIR, a UUID as UUID, and the file's name as FILE. */
  const shape = key => key
    .replace(/^uploads\/[\d-]+\//, 'DIR/')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/, 'UUID')
    .replace(`${name}.txt`, 'FILE')

  /** What a promise comes to, in words. */
  const ended = promise => promise.then(({ key }) => `done ${shape(key)}`, error => `${error.code ?? error.name}: ${error.message}`)
  const failure = promise => promise.then(() => { throw new Error('it did not fail') }, error => error)

  /** Uploads a small file with an answer, as if the backend had given it. */
  const send = (answer, options = {}) => upload(file(options.file), { params: () => answer, retry, ...options })
  const put = (answer, options) => ended(send(answer, options))

  /** What `normalizeParams` makes of an answer: one property of it, or the error in words. */
  const read = (answer, property, options) =>
    normalizeParams(answer, options).then(params => params[property], error => `${error.code ?? error.name}: ${error.message}`)

  const encode = text => btoa(Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join(''))

  /** V1 parameters of the user's bucket with a policy of our own, signed with the stand-in's public key. */
  async function signed(conditions, changes = {}) {
    const policy = encode(JSON.stringify({ expiration: new Date(Date.now() + 3_600_000).toISOString(), conditions, ...changes }))
    const secret = new TextEncoder().encode('standin-access-key-secret')
    const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign'])
    const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(policy))
    const { accessid, host, dir } = await answer('/api/policy/v1')
    return { accessid, host, dir, policy, signature: btoa(String.fromCharCode(...new Uint8Array(signature))) }
  }

  const isForBucket = request => new URL(request.url ?? request, location.href).port !== location.port

  /** Runs with `fetch` replaced for requests to the bucket, or to the backend; the module is there already. */
  async function withFetch(whose, replacement, work) {
    await oss.ready()
    const original = globalThis.fetch
    const isMine = request => isForBucket(request) === (whose === 'bucket')
    globalThis.fetch = (request, ...rest) => isMine(request) ? replacement(request, original) : original(request, ...rest)
    try {
      return await work()
    } finally {
      globalThis.fetch = original
    }
  }

  async function withProperty(object, property, descriptor, work) {
    await oss.ready()
    const original = Object.getOwnPropertyDescriptor(object, property)
    Object.defineProperty(object, property, { configurable: true, ...descriptor })
    try {
      return await work()
    } finally {
      if (original) Object.defineProperty(object, property, original)
      else delete object[property]
    }
  }

  const offline = work => withProperty(navigator, 'onLine', { get: () => false }, work)

  /** What the console says while it works. */
  async function warnings(work) {
    await oss.ready()
    const { warn } = console
    const said = []
    console.warn = (...words) => said.push(words.join(' '))
    try {
      await work()
    } finally {
      console.warn = warn
    }
    return said
  }

  /** Which secrets of an answer an error shows: in its message, its properties, its stack, its cause. */
  function shows(error, answer) {
    const seen = new Set()
    const texts = []
    const collect = value => {
      if (typeof value === 'string') texts.push(value)
      if (typeof value !== 'object' || value === null || seen.has(value)) return
      seen.add(value)
      for (const property of Reflect.ownKeys(value)) collect(value[property])
    }
    collect(error)
    collect(error.toJSON?.())
    texts.push(String(error))
    const secrets = ['policy', 'signature', 'x-oss-security-token', 'security_token'].filter(secret => answer[secret])
    return secrets.filter(secret => texts.some(text => text.includes(answer[secret])))
  }

  const ossError = (code, message = 'x') => new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>5F0000000000000000000001</RequestId><HostId>h</HostId></Error>`,
    { status: 403, headers: { 'Content-Type': 'application/xml' } }
  )

  /** Runs in a page of its own under this `connect-src`, with the package's entry there. */
  function framed(sources, work) {
    return new Promise((resolve, reject) => {
      const frame = document.createElement('iframe')
      globalThis.framed = (entry, global) => {
        work(makeTools(entry, name), global).then(resolve, reject).finally(() => frame.remove())
      }
      frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="connect-src ${sources}">
        <script type="module">
          import * as oss from '${location.origin}/pkg/index.js'
          parent.framed(oss, window)
        </script>`
      document.body.append(frame)
    })
  }

  const time = async work => {
    const start = performance.now()
    await work()
    return performance.now() - start
  }

  return {
    upload, createUploader, normalizeParams, parsePolicy, ready: oss.ready,
    file, retry, shape, ended, failure, send, put, read, encode, signed, withFetch, withProperty, offline, warnings, shows, ossError, framed, time,
    v1: () => answer('/api/policy/v1'),
    v4: () => answer('/api/policy/v4'),
    temp: () => answer('/api/upload-params'),
    pause: ms => new Promise(resolve => setTimeout(resolve, ms))
  }
}

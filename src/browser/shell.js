// What is JavaScript's in the shell: what the browser does for the engine, and the page's objects. Whatever takes time
// gives an AbortController: once that is aborted, nothing is called back any more, and nothing is left behind.

/** Calls `done` or `failed` with what becomes of the promise that `work(signal)` gives. */
export function chore(work, done, failed) {
  const ending = new AbortController()
  const { signal } = ending
  work(signal).then(value => signal.aborted || done(value), error => signal.aborted || failed(error))
  return ending
}

/** Calls `heard` whenever the target has such an event. */
function listen(target, event, heard) {
  const ending = new AbortController()
  target.addEventListener(event, heard)
  ending.signal.onabort = () => target.removeEventListener(event, heard)
  return ending
}

/** When the signal is aborted, with its reason: not at once if it is already. */
export const aborted = (signal, heard) => signal.aborted
  ? soon(() => heard(signal.reason))
  : listen(signal, 'abort', () => heard(signal.reason))

/** Whenever the browser comes online. */
export const online = heard => listen(globalThis, 'online', heard)

/** After so many milliseconds: at most 24.8 days, for longer ones would be over at once. */
export function wait(ms, over) {
  const ending = new AbortController()
  const timer = setTimeout(over, Math.min(ms, 2 ** 31 - 1))
  ending.signal.onabort = () => clearTimeout(timer)
  return ending
}

/** When the code that is running now is through. */
export const soon = over => chore(async () => {}, over)

/** What a thrown value says of itself. Strings count, too: not everybody throws errors. */
export function messageOf(thrown) {
  let message
  try {
    message = thrown?.message ?? thrown
  } catch {}
  return typeof message === 'string' ? message : 'no reason was given.'
}

// The page's backend, or functions of the page's in its place.

/** The query of a request, still empty. */
export const search = () => new URLSearchParams()

/**
 * `done` gets the answer as JSON: { status, ok, type, text, ahead: how many milliseconds the backend's clock is }, or
 * { unsent: why there cannot be such a request }.
 */
export const send = (wanted, search, done, failed) => chore(async signal => {
  let request
  try {
    request = requested(wanted, search)
  } catch (thrown) {
    return JSON.stringify({ unsent: messageOf(thrown) })
  }
  const response = await fetch(request, { signal })
  // Tools that wrap `fetch` may give anything.
  if (!(response instanceof Response)) throw undefined
  const { status, ok, headers } = response
  // `Date` is cut to whole seconds.
  const ahead = Date.parse(headers.get('date')) - Date.now()
  return JSON.stringify({ status, ok, type: headers.get('content-type') ?? '', ahead, text: await response.text() })
}, done, failed)

/** Throws where there cannot be such a request. To `search` its own query is added. */
function requested({ url, method, headers, credentials, query, body }, search) {
  for (const [name, value] of query) search.append(name, value)
  // For the page's own address, to which others are relative.
  const address = new URL(new Request(url).url)
  address.search += (address.search ? '&' : '?') + search
  const request = new Request(address, {
    method: method ?? (body === undefined ? 'GET' : 'POST'), credentials: credentials ?? 'same-origin', body, cache: 'no-store'
  })
  // The last of a name counts, however it is spelt.
  for (const [name, value] of headers) request.headers.set(name, value)
  return request
}

/** As JSON would carry it: accessors that throw and cycles are the page's to put up with. `undefined` if it cannot. */
export function json(value) {
  try {
    return JSON.stringify(value)
  } catch {}
}

/** `done` gets what the function returned, as JSON. */
export const call = (params, file, attempt, reason, done, failed) => chore(
  async signal => json(await params({ file: about(file), attempt, reason, signal })), done, failed)

/** Calls the page's own check. */
export const check = (validate, file, done, failed) => chore(async () => validate(about(file)), done, failed)

/** Calls the page's own naming of objects. What it throws goes to `refused`, before this returns. */
export function nameOf(key, file, dir, refused) {
  try {
    return key(about(file), dir)
  } catch (thrown) {
    refused(thrown)
  }
}

// Files.

// So much of the file is in JavaScript's memory at a time.
const windowBytes = 4 * 1024 * 1024
// So much of it is in wasm's memory, which never shrinks again.
const pieceBytes = 256 * 1024
// After so many milliseconds the page gets its turn. A frame at 60 Hz is 16; more than 50 in one go is felt.
const maxTurn = 12

/** A blob has no name; this is the one that FormData gives it. */
export const fileName = file => file.name ?? 'blob'

/** What a page's own functions get to know of a file. */
const about = file => ({ name: fileName(file), size: file.size, type: file.type })

/** Hands out all bytes of the blob, piece by piece. Rejects with what reading failed with, or the signal's reason. */
async function each(blob, take, signal) {
  // A folder seems empty, too, and a file that vanished before the browser looked at its size: only this tells.
  if (blob.size === 0) await blob.arrayBuffer()
  for (let start = 0; start < blob.size; start += windowBytes) {
    const bytes = new Uint8Array(await blob.slice(start, start + windowBytes).arrayBuffer())
    let began = Date.now()
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      signal?.throwIfAborted()
      take(bytes.subarray(at, at + pieceBytes))
      if (Date.now() - began < maxTurn) continue
      await new Promise(resolve => setTimeout(resolve))
      began = Date.now()
    }
  }
  signal?.throwIfAborted()
}

/** All bytes, piece by piece; `done` when there are no more. */
export const read = (blob, take, done, failed) => chore(signal => each(blob, take, signal), done, failed)

/**
 * Whether the first and the last byte can be read: a request with a file that changed on disk ends like one that met
 * a broken network, and only this tells them apart.
 */
export const probe = (blob, done, failed) => chore(async () => {
  const ends = blob.size === 0 ? [blob] : [blob.slice(0, 1), blob.slice(-1)]
  for (const end of ends) {
    if ((await end.arrayBuffer()).byteLength !== end.size) throw undefined
  }
}, done, failed)

/** The checksum of the whole blob: `take` gets all of its bytes, then a word, and gives their sum. */
export async function digest(blob, take, signal) {
  await each(blob, take, signal)
  return take('sum')
}

// One POST of a form to OSS, by XMLHttpRequest: `fetch` cannot tell how many bytes were sent.

// No answer of OSS is longer; a longer one comes from somebody else, and its beginning says enough.
const maxAnswer = 64 * 1024

/**
 * Sends a body of `head`, `file` and `tail`, so that the file's bytes go from the disk to the network without passing
 * through here. `sent`, where given, hears how many bytes of it have been handed to the network: then the browser
 * asks the server for permission (CORS preflight). `answered` gets the answer as JSON, `lost` hears of an end
 * without one: offline, reset, refused by CORS. The browser does not say which.
 */
export function post(url, type, head, file, tail, sent, answered, lost) {
  const ending = new AbortController()
  const { signal } = ending
  const end = (report, value) => {
    if (signal.aborted) return
    ending.abort()
    report(value)
  }
  try {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', url)
    // Not as the blob's type: that would be turned to lower case, and with it the boundary.
    xhr.setRequestHeader('Content-Type', type)
    xhr.onload = () => end(answered, answer(xhr))
    // An abort that is not ours is one of the browser's own: Safari does so when the network changes.
    xhr.onerror = xhr.onabort = xhr.ontimeout = () => end(lost)
    xhr.onprogress = ({ loaded }) => loaded > maxAnswer && end(answered, answer(xhr))
    if (sent) xhr.upload.onprogress = ({ loaded }) => signal.aborted || sent(loaded)
    signal.onabort = () => xhr.abort()
    xhr.send(new Blob([head, file, tail]))
  } catch {
    // The browser will not even try: a page's policy forbids the host, or extensions do.
    end(lost)
  }
  return ending
}

function answer(xhr) {
  const headers = {}
  // All at once: asking for a single header that CORS does not expose makes the browser log an error.
  for (const line of xhr.getAllResponseHeaders().split('\r\n')) {
    const [name, ...value] = line.split(':')
    headers[name.toLowerCase()] = value.join(':').trim()
  }
  const wait = headers['retry-after']
  // In seconds, or as a date.
  if (Date.parse(wait) > Date.now() && !/^\d+$/.test(wait)) headers['retry-after'] = String(Math.ceil((Date.parse(wait) - Date.now()) / 1000))
  return JSON.stringify({ ...headers, status: xhr.status, body: String(xhr.response).slice(0, maxAnswer) })
}

// Where the engine runs.

/** `undefined` where the browser cannot say. */
export const isOnline = () => globalThis.navigator?.onLine

/** Fills the bytes with chance. Where there is no `crypto` at all, that of `Math` will do: they are no secret. */
export function fill(bytes) {
  if (globalThis.crypto) crypto.getRandomValues(bytes)
  else for (const index of bytes.keys()) bytes[index] = Math.random() * 256
}

// The options that the page gives, made plain.

const isObject = value => typeof value === 'object' && value !== null

export function data(options) {
  // Nothing else: callbacks and signals are objects of the page's, which need not be JSON.
  const { allowedHosts, anonymous, key, contentType, fields, metadata, callbackVars, retry, stallTimeout, verify } = options
  return JSON.stringify({
    allowedHosts, anonymous, key, contentType, fields, metadata, callbackVars, retry, stallTimeout, verify
  }, finite)
}

/** One of the options that may be a function, if it is. */
export const functionOf = (options, name) => typeof options[name] === 'function' ? options[name] : undefined

/** What `send` takes: a copy, for the page's own object may change. Never throws, but lets `send` do so. */
export function requestOf({ params }) {
  try {
    const { href, url = href, method, headers, credentials, query, body } = isObject(params) ? params : { url: params }
    const isJson = isObject(body)
    return {
      url, method, credentials,
      headers: Object.entries({ ...isJson && { 'Content-Type': 'application/json' }, ...headers }),
      query: Object.entries({ ...query }),
      body: isJson ? JSON.stringify(body) : body ?? undefined
    }
  } catch (thrown) {
    return { get url() { throw thrown } }
  }
}

/** JSON knows no Infinity. */
const finite = (_, value) => value === Infinity ? Number.MAX_SAFE_INTEGER : value

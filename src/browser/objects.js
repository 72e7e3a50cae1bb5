// The page's objects: the options that it gives, made plain, and what it is told, in the words of index.d.ts.

const isObject = value => typeof value === 'object' && value !== null

export function data(options) {
  // Nothing else: callbacks and signals are objects of the page's, which need not be JSON.
  const { params, key, contentType, fields, metadata, callbackVars, retry, stallTimeout, verify, validate, locale } = options
  return JSON.stringify({
    ...rules(options),
    params: isObject(params) ? request(params) : { url: params },
    key, contentType, fields, metadata, callbackVars, retry, stallTimeout, verify, validate, locale
  }, finite)
}

/** Those that `normalizeParams` takes, too. */
const rules = ({ allowedHosts, anonymous }) => ({ allowedHosts, anonymous })

export const rulesOf = options => JSON.stringify(rules(options ?? {}))

/** One of the options that may be a function, if it is. */
export const functionOf = (options, name) => typeof options[name] === 'function' ? options[name] : undefined

function request({ href, url = href, method, headers, credentials, query, body }) {
  if (!isObject(body)) return { url, method, headers, credentials, query, body }
  const isTyped = Object.keys(headers ?? {}).some(name => name.toLowerCase() === 'content-type')
  const type = isTyped ? {} : { 'Content-Type': 'application/json' }
  return { url, method, headers: { ...headers, ...type }, credentials, query, body: JSON.stringify(body) }
}

/** JSON knows no Infinity. */
const finite = (_, value) => value === Infinity ? Number.MAX_SAFE_INTEGER : value

/** What is not known is not there. */
function given(object) {
  for (const name in object) if (object[name] === undefined) delete object[name]
  return object
}

export const progress = (loaded, total, speed, eta = null, state, attempt) =>
  ({ loaded, total, ratio: total > 0 ? loaded / total : 1, speed, eta, state, attempt })

export const attempt = (attempt, elapsed, sent, error, retryDelay) => given({ attempt, elapsed, sent, error, retryDelay })

export const result = (key, bucket, url, etag, crc64, verified, requestId, versionId, status, callback, attempts, elapsed) =>
  given({ key, bucket, url, etag, crc64, verified, requestId, versionId, status, callback: parsed(callback), attempts, elapsed })

/** To steer an upload. */
export const handle = (pause, resume, watch, abort) => ({ pause, resume, watch, abort })

export const refusal = (code, message, ec, hostId, recommendDoc) => given({ code, message, ec, hostId, recommendDoc })

export const details = (code, phase, retryable, status, requestId, oss, hint, cause) =>
  ({ code, phase, retryable, status, requestId, oss, hint, cause })

export const condition = (operator, field, value) => ({ operator, field, value })

export const list = (operator, field, values) => ({ operator, field, values })

export const range = (min, max) => ({ operator: 'content-length-range', min, max })

export const policy = (expiration, conditions) => ({ expiration: iso(expiration), conditions })

export const params = (url, bucket, key, dir, signatureVersion, fields, expiration) =>
  given({ url, bucket, key, dir, signatureVersion, fields, expiration: expiration === undefined ? undefined : iso(expiration) })

/** Whatever the application server answered: JSON, or something else. */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function iso(ms) {
  const date = new Date(ms)
  // Years that no calendar has.
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

// Options are read here and nowhere else: each one once, at the call. What is malformed is a TypeError; what is left is
// plain data of our own, which the page cannot change any more, beside its functions, its signal and its file.

const isString = value => typeof value === 'string'
const isFunction = value => typeof value === 'function'
const isObject = value => typeof value === 'object' && value !== null
const isGiven = value => value !== undefined && value !== null

const MAX_COUNT = 0xffffffff
// What may stand in `allowedHosts`: src/params/target.rs reads it.
const HOST = /^(https?:\/\/)?(\*(\.[\w-]+)+|[\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])(:\d+)?\/?$/i

/** Makes a function that gives a copy of a value that will do, and throws at any other. */
const reader = (expected, willDo, copy = value => value) => (value, name) => {
  if (!willDo(value)) throw wrong(`\`${name}\``, value, expected)
  return copy(value)
}

const number = expected => reader(expected, value => typeof value === 'number' && value >= 0, value => Math.min(value, Number.MAX_SAFE_INTEGER))

const aString = reader('a string', isString)
const aFunction = reader('a function', isFunction)
const aBoolean = reader('true or false', value => typeof value === 'boolean')
const aDuration = number('a number of milliseconds, 0 or more')
const aSize = number('a number of bytes, 0 or more')
const aCount = reader('a whole number, 1 or more', value => value === Infinity || Number.isInteger(value) && value >= 1, value => Math.min(value, MAX_COUNT))
const anAddress = reader('an address', value => isString(value) && value !== '')
const aList = reader('an array of strings', Array.isArray, list => [...list])
// Not what is iterated over: the entries of Map and Headers are no properties.
const aRecord = reader('an object whose values are strings', value => isObject(value) && !(Symbol.iterator in value), Object.entries)

const strings = (value, name) => aList(value, name).map((item, index) => aString(item, `${name}[${index}]`))
const aHost = reader('a host, an origin, or `*.` and a domain', value => isString(value) && HOST.test(value.trim()))
const hosts = (value, name) => strings(value, name).map((item, index) => aHost(item, `${name}[${index}]`))
const record = (value, name) => aRecord(value, name).map(([key, item]) => [key, aString(item, `${name}.${key}`)])

const options = {
  params: readParams,
  key: reader('a string that is not empty, or a function', value => isFunction(value) || isString(value) && value !== ''),
  contentType: aString,
  fields: record,
  metadata: record,
  callbackVars: record,
  signal: reader('an AbortSignal', value => isObject(value) && 'aborted' in value && isFunction(value.addEventListener) && isFunction(value.removeEventListener)),
  onProgress: aFunction,
  onStateChange: aFunction,
  onAttempt: aFunction,
  retry: readRetry,
  stallTimeout: aDuration,
  offlineTimeout: aDuration,
  verify: aBoolean,
  allowedHosts: hosts,
  validate: readValidate,
  anonymous: aBoolean,
  locale: reader("'en' or 'zh-CN'", value => value === 'en' || value === 'zh-CN'),
  concurrency: aCount,
  preload: aBoolean,
  priority: reader('a whole number', Number.isSafeInteger)
}

const defaults = {
  fields: [],
  metadata: [],
  callbackVars: [],
  attempts: 4,
  minDelay: 500,
  maxDelay: 20_000,
  stallTimeout: 30_000,
  offlineTimeout: 600_000,
  verify: true,
  anonymous: false,
  locale: 'en',
  priority: 0
}

const request = {
  url: anAddress,
  href: anAddress,
  method: aString,
  headers: record,
  credentials: reader("'omit', 'same-origin' or 'include'", value => ['omit', 'same-origin', 'include'].includes(value)),
  query: record,
  body: readBody
}

const retry = { attempts: aCount, minDelay: aDuration, maxDelay: aDuration }
const limits = { minSize: aSize, maxSize: aSize, accept: strings }

/** @throws {TypeError} when it is not a File or Blob, of this frame or another */
export function checkFile(file) {
  try {
    facts(file)
  } catch {
    throw wrong('The file', file, 'a File or Blob')
  }
}

/**
 * A checked copy of the options that are given.
 *
 * @param of the function that they were given to
 * @throws {TypeError} which names the option, what was given and what is expected
 * @throws what a getter of the page's throws
 */
export function readOptions(value, of) {
  if (!isObject(value)) throw wrong(`The options of ${of}`, value, 'an object')
  warnOfUnknown(value)
  return readParts(value, options)
}

const warned = new Set()

/** TypeScript finds a wrong name; in JavaScript the option would silently do nothing. */
function warnOfUnknown(value) {
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(options, name) || warned.has(name)) continue
    warned.add(name)
    console.warn(`oss-direct-upload: there is no option \`${name.slice(0, 40)}\`. Is \`${nearest(name)}\` meant?`)
  }
}

/** The name that takes the fewest edits to get to; a letter of another case is none. */
function nearest(name) {
  const edits = known => distance(name.slice(0, 40).toLowerCase(), known.toLowerCase())
  return Object.keys(options).reduce((best, known) => edits(known) < edits(best) ? known : best)
}

/** Levenshtein distance, row by row. */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    row = row.reduce((next, above, j) => {
      if (j > 0) next.push(Math.min(above + 1, next[j - 1] + 1, row[j - 1] + (letter === b[j - 1] ? 0 : 1)))
      return next
    }, [i + 1])
  }
  return row.at(-1)
}

/** The same, where `params` may not be missing. */
export function readAllOptions(value, of) {
  const read = readOptions(value, of)
  return 'params' in read ? read : { ...read, params: readParams(undefined, 'params') }
}

/**
 * What the engine takes (src/npm/options.rs): every option, with its default where it was not given, and what is to be
 * known of the file.
 *
 * @param options as `readOptions` gives them
 */
export function normalise(file, options) {
  const { params, retry, validate, ...others } = options
  return {
    ...defaults,
    ...others,
    ...retry,
    [isFunction(params) ? 'params' : 'request']: params,
    [isFunction(validate) ? 'validate' : 'limits']: validate,
    file,
    ...facts(file),
    name: nameOf(file)
  }
}

/** By the browser's own getters: they throw at what only looks like a Blob, and nobody can have replaced them on it. */
function facts(file) {
  const ask = name => Object.getOwnPropertyDescriptor(Blob.prototype, name).get.call(file)
  return { size: ask('size'), type: ask('type') }
}

/** Pages may name a blob by themselves. One without a name gets the one that FormData would give it. */
function nameOf(file) {
  const { name } = file
  return isGiven(name) ? String(name) : 'blob'
}

/** What is given of an object's parts. Each is looked at once: it may be a getter. */
function readParts(object, readers, prefix = '') {
  const parts = {}
  for (const [name, read] of Object.entries(readers)) {
    const value = object[name]
    if (isGiven(value)) parts[name] = read(value, prefix + name)
  }
  return parts
}

/** A function, or a description of the request with all that is to be known of it. */
function readParams(value, name) {
  if (isFunction(value)) return value
  const given = isObject(value) ? readParts(value, request, `${name}.`) : { url: value }
  const { href, url = href, headers = [], body } = given
  if (!isString(url) || url === '') throw wrong(`\`${name}\``, value, 'the address of your backend, an object with such a `url`, or a function that returns upload parameters')
  return {
    url,
    method: given.method ?? (body ? 'POST' : 'GET'),
    headers: body?.isJson ? [['Content-Type', 'application/json'], ...headers] : headers,
    credentials: given.credentials ?? 'same-origin',
    query: given.query ?? [],
    body: body?.text
  }
}

function readBody(value, name) {
  if (isString(value)) return { text: value, isJson: false }
  const expected = 'a string, or an object that can be sent as JSON'
  if (!isObject(value)) throw wrong(`\`${name}\``, value, expected)
  let text
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw wrong(`\`${name}\``, value, expected, { cause })
  }
  if (!isString(text)) throw wrong(`\`${name}\``, value, expected)
  return { text, isJson: true }
}

function readRetry(value, name) {
  if (value === false) return { attempts: 1 }
  if (!isObject(value)) throw wrong(`\`${name}\``, value, '`false`, or an object')
  return readParts(value, retry, `${name}.`)
}

function readValidate(value, name) {
  if (isFunction(value)) return value
  if (!isObject(value)) throw wrong(`\`${name}\``, value, 'an object or a function')
  const { minSize, maxSize, accept = [] } = readParts(value, limits, `${name}.`)
  return { minSize, maxSize, accept }
}

function wrong(what, value, expected, options) {
  return new TypeError(`${what} is ${describe(value)}, but has to be ${expected}.`, options)
}

/** Objects are not shown: they might be upload parameters. */
function describe(value) {
  if (isString(value)) return value.length > 40 ? 'a long string' : `"${value}"`
  if (Array.isArray(value)) return 'an array'
  if (isFunction(value)) return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  if (!isObject(value)) return String(value)
  return Symbol.iterator in value ? 'an object to iterate over' : 'an object'
}

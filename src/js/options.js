// Refuses malformed options before anything is loaded or asked. They are read in src/browser/options.rs.

const isString = value => typeof value === 'string'
const isFunction = value => typeof value === 'function'
const isObject = value => typeof value === 'object' && value !== null
const isBoolean = value => typeof value === 'boolean'
const isSize = value => typeof value === 'number' && value >= 0
const isCount = value => value === Infinity || Number.isInteger(value) && value >= 1
const isStrings = value => Array.isArray(value) && value.every(isString)
const isRecord = value => isObject(value) && Object.values(value).every(isString)
const given = value => value !== undefined && value !== null

const aFunction = [isFunction, 'a function']
const aBoolean = [isBoolean, 'true or false']
const aRecord = [isRecord, 'an object whose values are strings']
const aDuration = [isSize, 'a number of milliseconds, 0 or more']
const aSize = [isSize, 'a number of bytes, 0 or more']
const aCount = [isCount, 'a whole number, 1 or more']

const retry = { attempts: aCount, minDelay: aDuration, maxDelay: aDuration }
const validate = { minSize: aSize, maxSize: aSize, accept: [isStrings, 'an array of strings'] }
const request = {
  method: [isString, 'a string'],
  headers: aRecord,
  credentials: [value => ['omit', 'same-origin', 'include'].includes(value), "'omit', 'same-origin' or 'include'"],
  query: aRecord,
  body: [value => isString(value) || isObject(value), 'a string or an object']
}

// Name: [whether a value will do, what is expected, names of an object's own parts].
const options = {
  params: [
    value => isFunction(value) || (isString(value) ? value : isObject(value) && (value.href || isString(value.url) && value.url)),
    'the address of your backend, an object with such a `url`, or a function that returns upload parameters',
    request
  ],
  key: [value => isFunction(value) || isString(value) && value, 'a string that is not empty, or a function'],
  contentType: [isString, 'a string'],
  fields: aRecord,
  metadata: aRecord,
  callbackVars: aRecord,
  signal: [value => isObject(value) && 'aborted' in value && isFunction(value.addEventListener), 'an AbortSignal'],
  onProgress: aFunction,
  onStateChange: aFunction,
  onAttempt: aFunction,
  retry: [value => value === false || isObject(value), '`false`, or an object', retry],
  stallTimeout: aDuration,
  verify: aBoolean,
  allowedHosts: [isStrings, 'an array of host names'],
  validate: [value => isFunction(value) || isObject(value), 'an object or a function', validate],
  anonymous: aBoolean,
  locale: [value => value === 'en' || value === 'zh-CN', "'en' or 'zh-CN'"],
  concurrency: aCount,
  priority: [Number.isInteger, 'a whole number']
}

export function checkFile(file) {
  // Not `instanceof`: files of another frame are as good.
  if (!/^\[object (Blob|File)\]$/.test(Object.prototype.toString.call(file))) fail('The file', file, 'a File or Blob')
}

/** Throws a TypeError that names the option, what was given and what is expected. `params` may be missing for tasks only. */
export function checkOptions(value, of) {
  if (!isObject(value)) fail(`The options of ${of}`, value, 'an object')
  if (of !== 'add' && !given(value.params)) fail('`params`', value.params, options.params[1])
  checkParts(value, options, '')
}

function checkParts(value, parts, prefix) {
  for (const [name, [accepts, expected, ownParts]] of Object.entries(parts)) {
    const part = value[name]
    if (!given(part)) continue
    if (!accepts(part)) fail(`\`${prefix}${name}\``, part, expected)
    if (ownParts && isObject(part)) checkParts(part, ownParts, `${prefix}${name}.`)
  }
}

function fail(what, value, expected) {
  throw new TypeError(`${what} is ${describe(value)}, but has to be ${expected}.`)
}

/** Objects are not shown: they might be upload parameters. */
function describe(value) {
  if (isString(value)) return value.length > 40 ? 'a long string' : JSON.stringify(value)
  if (Array.isArray(value)) return 'an array'
  return isObject(value) ? 'an object' : isFunction(value) ? 'a function' : String(value)
}

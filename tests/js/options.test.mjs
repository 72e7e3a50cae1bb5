// What `src/js/options.js` makes of what pages give: wrong options are named, right ones are copied.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFile, normalise, readAllOptions, readOptions } from '../../src/js/options.js'

const file = new File(['abc'], 'a.txt', { type: 'text/plain' })
const normal = options => normalise(file, readAllOptions({ params: '/p', ...options }, 'upload'))

const cyclic = {}
cyclic.self = cyclic

// One of every type, and what looks like something else.
const values = {
  'true': true,
  'false': false,
  '0': 0,
  '-1': -1,
  '1': 1,
  '1.5': 1.5,
  'NaN': NaN,
  'Infinity': Infinity,
  '1n': 1n,
  'Symbol(s)': Symbol('s'),
  '""': '',
  '"text"': 'text',
  'a function': () => {},
  'an array': [],
  'an object': {},
  'an object to iterate over': new Map([['a', '1']])
}

// Which of them each option takes. All others are refused, with its name.
const taken = {
  params: ['"text"', 'a function'],
  'params.url': ['"text"'],
  'params.href': ['"text"'],
  'params.method': ['""', '"text"'],
  'params.headers': ['an object'],
  'params.credentials': [],
  'params.query': ['an object'],
  'params.body': ['""', '"text"', 'an array', 'an object', 'an object to iterate over'],
  key: ['"text"', 'a function'],
  contentType: ['""', '"text"'],
  fields: ['an object'],
  metadata: ['an object'],
  callbackVars: ['an object'],
  signal: [],
  onProgress: ['a function'],
  onStateChange: ['a function'],
  onAttempt: ['a function'],
  retry: ['false', 'an object', 'an array', 'an object to iterate over'],
  'retry.attempts': ['1', 'Infinity'],
  'retry.minDelay': ['0', '1', '1.5', 'Infinity'],
  'retry.maxDelay': ['0', '1', '1.5', 'Infinity'],
  stallTimeout: ['0', '1', '1.5', 'Infinity'],
  verify: ['true', 'false'],
  allowedHosts: ['an array'],
  validate: ['a function', 'an object', 'an array', 'an object to iterate over'],
  'validate.minSize': ['0', '1', '1.5', 'Infinity'],
  'validate.maxSize': ['0', '1', '1.5', 'Infinity'],
  'validate.accept': ['an array'],
  anonymous: ['true', 'false'],
  locale: [],
  concurrency: ['1', 'Infinity'],
  preload: ['true', 'false'],
  priority: ['0', '-1', '1']
}

function withOption(path, value) {
  const [name, part] = path.split('.')
  if (name === 'params') return { params: part ? { url: '/p', [part]: value } : value }
  return { params: '/p', [name]: part ? { [part]: value } : value }
}

for (const [path, right] of Object.entries(taken)) {
  test(`\`${path}\`: every type of value`, () => {
    for (const [shown, value] of Object.entries(values)) {
      const read = () => readAllOptions(withOption(path, value), 'upload')
      if (right.includes(shown)) {
        assert.doesNotThrow(read, `${path}: ${shown}`)
      } else {
        assert.throws(read, error => {
          assert.ok(error instanceof TypeError, `${path}: ${shown}: ${error}`)
          assert.ok(error.message.startsWith(`\`${path}\` is ${shown}, but has to be `), error.message)
          return true
        }, `${path}: ${shown}`)
      }
    }
  })
}

test('what is not given is not there, however that is said', () => {
  for (const nothing of [undefined, null]) {
    const given = Object.fromEntries(Object.keys(taken).filter(path => !path.includes('.')).map(name => [name, nothing]))
    assert.deepEqual(readOptions(given, 'add'), {})
  }
  assert.throws(() => readAllOptions({}, 'upload'), { name: 'TypeError', message: /^`params` is undefined, but has to be the address of your backend, / })
})

test('options that are none', () => {
  for (const value of [undefined, null, 'text', 5, () => {}]) {
    assert.throws(() => readOptions(value, 'upload'), { name: 'TypeError', message: /^The options of upload is .*, but has to be an object\.$/ })
  }
})

test('of objects and arrays the entry is named', () => {
  for (const [options, beginning] of [
    [{ metadata: { author: 3 } }, '`metadata.author` is 3, but has to be a string.'],
    [{ fields: { a: '1', b: undefined } }, '`fields.b` is undefined, but has to be a string.'],
    [{ callbackVars: { user: null } }, '`callbackVars.user` is null, but has to be a string.'],
    [{ allowedHosts: ['a', {}] }, '`allowedHosts[1]` is an object, but has to be a string.'],
    [{ validate: { accept: [['.csv']] } }, '`validate.accept[0]` is an array, but has to be a string.'],
    [{ params: { url: '/p', headers: { a: 1 } } }, '`params.headers.a` is 1, but has to be a string.'],
    [{ params: { url: '/p', query: { size: 2n } } }, '`params.query.size` is 2n, but has to be a string.']
  ]) assert.throws(() => readOptions(options, 'add'), { name: 'TypeError', message: beginning })
})

test('no value is shown that could be a secret', () => {
  const secret = { Policy: 'e30=', Signature: 'secret' }
  assert.throws(() => readOptions({ params: secret }, 'add'), ({ message }) => !message.includes('secret'))
  assert.throws(() => readOptions({ locale: 's'.repeat(41) }, 'add'), /^TypeError: `locale` is a long string, /)
})

test('a body that JSON does not take', () => {
  for (const body of [cyclic, { size: 1n }, { toJSON: () => undefined }, { get a() { throw 'not mine' } }]) {
    const error = (() => {
      try {
        readOptions({ params: { url: '/p', body } }, 'add')
      } catch (thrown) {
        return thrown
      }
    })()
    assert.ok(error instanceof TypeError)
    assert.equal(error.message, '`params.body` is an object, but has to be a string, or an object that can be sent as JSON.')
  }
})

test('the defaults', () => {
  assert.deepEqual(normal({}), {
    file, name: 'a.txt', size: 3, type: 'text/plain',
    request: { url: '/p', method: 'GET', headers: [], credentials: 'same-origin', query: [], body: undefined },
    limits: undefined,
    fields: [], metadata: [], callbackVars: [],
    attempts: 4, minDelay: 500, maxDelay: 20_000, stallTimeout: 30_000, offlineTimeout: 600_000,
    verify: true, anonymous: false, locale: 'en', priority: 0
  })
})

test('all that can be given', () => {
  const key = () => 'a'
  const validate = () => {}
  const others = normal({
    key, validate, contentType: 'a/b', fields: { a: '1' }, metadata: { b: '2' }, callbackVars: { c: '3' },
    retry: { attempts: Infinity, minDelay: 1, maxDelay: Infinity }, stallTimeout: 0, offlineTimeout: 1, verify: false, anonymous: true,
    allowedHosts: ['a.example.com'], locale: 'zh-CN', priority: -1
  })
  for (const name of ['file', 'name', 'size', 'type', 'request']) delete others[name]
  assert.deepEqual(others, {
    key, validate, contentType: 'a/b', fields: [['a', '1']], metadata: [['b', '2']], callbackVars: [['c', '3']],
    attempts: 0xffffffff, minDelay: 1, maxDelay: Number.MAX_SAFE_INTEGER, stallTimeout: 0, offlineTimeout: 1, verify: false, anonymous: true,
    allowedHosts: ['a.example.com'], locale: 'zh-CN', priority: -1
  })
})

test('hosts that are allowed', () => {
  const right = ['a.example.com', '*.example.com', 'https://a.example.com', 'https://a.example.com:8443', 'a.example.com/', 'localhost:8080', 'http://127.0.0.1:1', '[::1]:80', ' a.example.com ']
  assert.deepEqual(normal({ allowedHosts: right }).allowedHosts, right)
  for (const wrong of ['', '*', '*.', 'a.example.com/path', 'https://a.example.com/?q', 'ftp://a.example.com', 'a b', 'user@a.example.com', '*a.example.com', 'a.*.com']) {
    assert.throws(() => normal({ allowedHosts: ['a.example.com', wrong] }), error => error instanceof TypeError && error.message.startsWith('`allowedHosts[1]` is'), wrong)
  }
})

test('an option that does not exist is told once, with the one that may be meant', context => {
  const { mock } = context.mock.method(console, 'warn', () => {})
  for (const [name, meant] of [['onprogress', 'onProgress'], ['concurency', 'concurrency'], ['metdata', 'metadata'], ['onprogress', undefined]]) {
    mock.resetCalls()
    normal({ [name]: () => {} })
    const told = mock.calls.map(call => call.arguments[0])
    assert.deepEqual(told, meant ? [`oss-direct-upload: there is no option \`${name}\`. Is \`${meant}\` meant?`] : [])
  }
  mock.resetCalls()
  normal({ key: 'a', fields: { onprogress: '1' } })
  assert.equal(mock.callCount(), 0)
})

test('`retry: false` is one attempt; limits are no function', () => {
  assert.equal(normal({ retry: false }).attempts, 1)
  assert.deepEqual(normal({ validate: { maxSize: 10 } }).limits, { minSize: undefined, maxSize: 10, accept: [] })
  assert.deepEqual(normal({ validate: { accept: ['.csv'] } }).limits.accept, ['.csv'])
})

test('the forms of `params`', () => {
  const plain = { url: '/p', method: 'GET', headers: [], credentials: 'same-origin', query: [], body: undefined }
  for (const [params, unlike] of [
    ['/p', {}],
    [new URL('https://example.com/p'), { url: 'https://example.com/p' }],
    [{ href: '/p' }, {}],
    [{ url: '/p', method: null, headers: null, credentials: undefined, query: null, body: null }, {}],
    [{ url: '/p', query: { b: '1', a: '' } }, { query: [['b', '1'], ['a', '']] }],
    [{ url: '/p', method: 'put', credentials: 'include' }, { method: 'put', credentials: 'include' }],
    [{ url: '/p', body: '' }, { method: 'POST', body: '' }],
    [{ url: '/p', headers: { a: '1' }, body: { b: [1] } }, { method: 'POST', headers: [['Content-Type', 'application/json'], ['a', '1']], body: '{"b":[1]}' }]
  ]) assert.deepEqual(normal({ params }).request, { ...plain, ...unlike })

  const ask = () => {}
  const { params, request } = normal({ params: ask })
  assert.deepEqual({ params, request }, { params: ask, request: undefined })
})

test('what a page does to its objects afterwards does not count', () => {
  const options = {
    params: { url: '/p', headers: { a: '1' }, query: { b: '1' }, body: { c: 1 } },
    metadata: { d: '1' }, allowedHosts: ['e'], retry: { attempts: 2 }, validate: { accept: ['.f'] }
  }
  const before = normal(options)
  const kept = structuredClone({ ...before, file: undefined })
  for (const part of [options.params.headers, options.params.query, options.params.body, options.metadata]) {
    for (const name of Object.keys(part)) part[name] = 'later'
  }
  options.params.url = options.allowedHosts[0] = options.validate.accept[0] = 'later'
  options.retry.attempts = 9
  assert.deepEqual({ ...before, file: undefined }, kept)
})

test('each option is looked at once', () => {
  const looks = {}
  const counting = (object, prefix = '') => new Proxy(object, {
    get(target, name) {
      looks[prefix + String(name)] = (looks[prefix + String(name)] ?? 0) + 1
      return target[name]
    }
  })
  readOptions(counting({ params: counting({ url: '/p', method: 'GET' }, 'params.'), retry: counting({ attempts: 1 }, 'retry.'), verify: true }), 'add')
  for (const [name, count] of Object.entries(looks)) assert.equal(count, 1, name)
  assert.ok(looks.verify && looks['params.url'] && looks['retry.attempts'])
})

test('what a getter throws is what the caller gets', () => {
  const mine = new Error('mine')
  const thrower = { get value() { throw mine } }
  const named = name => Object.defineProperty({}, name, { get: () => thrower.value, enumerable: true })
  for (const options of [named('params'), named('verify'), { retry: named('attempts') }, { metadata: named('author') }, { params: named('url') }]) {
    assert.throws(() => readOptions(options, 'add'), error => error === mine)
  }
})

test('only a File or Blob is a file, whatever it says of itself', () => {
  checkFile(file)
  checkFile(new Blob([]))
  const pretender = { size: 1, type: '', name: 'a', [Symbol.toStringTag]: 'File' }
  for (const value of [undefined, null, 'a.txt', 5, Symbol('s'), [], {}, () => {}, pretender]) {
    assert.throws(() => checkFile(value), { name: 'TypeError', message: /^The file is .*, but has to be a File or Blob\.$/ })
  }
})

test("size and type are the browser's, the name may be the page's", () => {
  const disguised = Object.assign(new Blob(['abc'], { type: 'a/b' }), { name: 5 })
  Object.defineProperty(disguised, 'size', { value: 'large' })
  Object.defineProperty(disguised, 'type', { get() { throw new Error('mine') } })
  const { name, size, type } = normalise(disguised, {})
  assert.deepEqual({ name, size, type }, { name: '5', size: 3, type: 'a/b' })
  assert.equal(normalise(new Blob([]), {}).name, 'blob')
  assert.equal(normalise(new File([], ''), {}).name, '')
})

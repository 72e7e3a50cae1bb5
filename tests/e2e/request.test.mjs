// What the backend is asked, for each form of `params`. It need not answer for that.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useWorld } from './world.mjs'

const world = useWorld()

// Name: [`params` as the page writes it, what is unlike a plain request].
const described = {
  'an address of the site': ["'/p'", {}],
  'a relative address': ["'p?kept=1#part'", { search: '?kept=1&fileName=a+b&size=1&type=text%2Fplain' }],
  'a URL': ["new URL('/p', location)", {}],
  'no more than an address': ["({ url: '/p' })", {}],
  'an object with `href`': ["({ href: '/p' })", {}],
  'what is not given': ["({ url: '/p', method: null, headers: null, credentials: undefined, query: null, body: null })", {}],
  'a query': ["({ url: '/p', query: { b: 'ü & co', a: '', size: '2' } })", { search: '?fileName=a+b&type=text%2Fplain&b=%C3%BC+%26+co&a=&size=2' }],
  'a method': ["({ url: '/p', method: 'put', credentials: 'include' })", { method: 'PUT', credentials: 'include' }],
  'a header': ["({ url: '/p', headers: { Accept: 'application/json' }, credentials: 'omit' })", { headers: { accept: 'application/json' }, credentials: 'omit' }],
  'a header twice': ["({ url: '/p', headers: { a: '1', A: '2' } })", { headers: { a: '2' } }],
  'a text': ["({ url: '/p', body: '' })", { method: 'POST', headers: { 'content-type': 'text/plain;charset=UTF-8' } }],
  'a text of a type': ["({ url: '/p', headers: { 'CONTENT-TYPE': 'a/b' }, body: 'ü' })", { method: 'POST', headers: { 'content-type': 'a/b' }, body: 'ü' }],
  'an object': ["({ url: '/p', headers: { a: '1' }, body: { b: [1] } })", { method: 'POST', headers: { a: '1', 'content-type': 'application/json' }, body: '{"b":[1]}' }],
  'an object of a type': ["({ url: '/p', method: 'PATCH', headers: { 'content-type': 'a/b' }, body: {} })", { method: 'PATCH', headers: { 'content-type': 'a/b' }, body: '{}' }]
}

const plain = {
  method: 'GET', path: '/p', search: '?fileName=a+b&size=1&type=text%2Fplain', headers: {}, credentials: 'same-origin', cache: 'no-store', body: ''
}

const impossible = {
  'an address': "'http://['",
  'an address with a password': "'http://a:b@c/'",
  'a method': "({ url: '/p', method: 'NO METHOD' })",
  'a forbidden method': "({ url: '/p', method: 'TRACE' })",
  'a body of a GET': "({ url: '/p', method: 'GET', body: 'a' })",
  'the name of a header': "({ url: '/p', headers: { 'a b': '1' } })",
  'the value of a header': "({ url: '/p', headers: { a: '\\n\\0' } })"
}

/** What `fetch` is given, and how the upload fails. */
async function ask({ upload }, code) {
  const { fetch } = globalThis
  let asked = null
  globalThis.fetch = async (request, options) => {
    if (!(request instanceof Request)) return fetch(request, options)
    const { method, url, credentials, cache } = request
    const { pathname: path, search } = new URL(url)
    asked = { method, path, search, headers: Object.fromEntries(request.headers), credentials, cache, body: await request.text() }
    return Response.json(null)
  }
  try {
    const { default: params } = await import(`data:text/javascript,export default ${encodeURIComponent(code)}`)
    const uploading = upload(new File(['a'], 'a b', { type: 'text/plain' }), { params, retry: false })
    return await uploading.then(() => ({ asked }), ({ code, message, retryable }) => ({ asked, code, message, retryable }))
  } finally {
    globalThis.fetch = fetch
  }
}

for (const [name, [params, expected]] of Object.entries(described)) {
  test(`${name}: ${params}`, async () => {
    await world.openBlank()
    const { asked } = await world.run(ask, params)
    assert.deepEqual(asked, { ...plain, ...expected })
  })
}

for (const [name, params] of Object.entries(impossible)) {
  test(`${name} cannot be asked: ${params}`, async () => {
    await world.openBlank()
    const { asked, code, message, retryable } = await world.run(ask, params)
    assert.deepEqual({ asked, code, retryable }, { asked: null, code: 'PARAMS_REFUSED', retryable: false })
    assert.match(message, /^The backend cannot be asked: ./)
  })
}

test('what the page does to its object afterwards does not count', async () => {
  await world.openBlank()
  const seen = await world.run(async ({ createUploader }) => {
    const params = { url: '/p', headers: { a: '1' }, query: { b: '1' }, body: { c: 1 } }
    const { fetch } = globalThis
    const asked = []
    globalThis.fetch = async (request, options) => {
      if (!(request instanceof Request)) return fetch(request, options)
      asked.push([new URL(request.url).search, request.headers.get('a'), await request.text()].join(' '))
      params.headers.a = params.query.b = params.body.c = 'later'
      // As when the network fails: it is asked once more.
      throw new TypeError('no network')
    }
    const uploader = createUploader({ params, retry: { attempts: 2, minDelay: 1 } })
    await uploader.add(new File(['a'], 'a')).result.catch(() => {})
    return asked
  })
  assert.deepEqual(seen, Array(2).fill('?fileName=a&size=1&type=&b=1 1 {"c":1}'))
})

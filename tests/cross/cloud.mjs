// A stand-in that plays the cloud: in front of it, what the stand-in does not have (objects that are seen, listed and deleted by
// signed requests, whose signatures ali-oss judges), and three rules that are not the stand-in's.
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'

const signatures = createRequire(import.meta.url)('ali-oss/lib/common/signUtils.js')

export const bucket = 'examplebucket'
export const region = 'cn-hangzhou'
export const lasting = { id: 'AAAAAAAAAAAAAAAA', secret: 'B'.repeat(30) }

/** The three: what the request is known by, and what becomes of it or of its answer. */
const changes = [
  {
    rule: '§4.1 success_action_status is 200, 201 or 204, else 204',
    isMeant: form => form.includes('name="success_action_status"\r\n\r\n202\r\n'),
    answer: text => text.replace('HTTP/1.1 204 No Content', 'HTTP/1.1 200 OK')
  },
  {
    rule: '§4.3 a failure does not redirect',
    isMeant: form => form.includes('name="success_action_redirect"') && form.includes('name="Signature"\r\n\r\nwrong\r\n'),
    // An EC, of which the rule itself says nothing.
    answer: text => text.replaceAll('0002-00000705', '0002-00000999')
  },
  {
    rule: '§1.5 x-oss-tagging is not allowed',
    isMeant: form => form.includes('name="x-oss-tagging"'),
    form: text => text.replace('x-oss-tagging', 'x-any-tagging')
  }
]
export const changedRules = changes.map(({ rule }) => rule)

/** @param options `change: false`: without the three; `keys`: whose signatures are right; `name`: of another bucket */
export async function startCloud(standin, { change = true, keys = lasting, name = bucket } = {}) {
  const cloud = { keys, name, posts: 0, others: 0, strange: [] }
  const server = createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => {})
    let head = ''
    const onData = data => {
      head += data.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      socket.off('data', onData)
      if (head.startsWith('POST ')) {
        cloud.posts++
        pass(cloud, socket, head, new URL(standin.oss).port, change)
      } else {
        cloud.others++
        look(cloud, head, standin.oss).then(answer => socket.end(answer))
      }
    }
    socket.on('data', onData)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cloud.endpoint = `http://oss.localhost:${server.address().port}`
  cloud.host = new URL(cloud.endpoint).host
  cloud.stop = () => server.close()
  return cloud
}

/** Passes a form on as it comes, byte by byte: even what is no good HTTP. */
function pass(cloud, socket, begun, port, change) {
  const oss = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let form = begun
  let applied
  const apply = text => {
    applied ??= change ? changes.find(({ isMeant }) => isMeant(form)) : undefined
    return applied?.form?.(text) ?? text
  }
  const judge = () => {
    const policy = /name="policy"\r\n\r\n([A-Za-z0-9+/=]+)/.exec(form)?.[1] ?? ''
    const all = form + Buffer.from(policy, 'base64').toString('latin1')
    if (!form.includes(`Host: ${cloud.name}.${cloud.host}\r\n`)) cloud.strange.push(`another host: ${form.slice(0, 200)}`)
    // Nothing may be stored, or deleted again, that could be the bucket owner's.
    for (const [, key] of form.matchAll(/ name="key"\r\n\r\n([^\r]+)\r\n/gi)) {
      if (!key.includes('oss-direct-upload-conformance/')) cloud.strange.push(`a key that is not this run's: ${key}`)
    }
    for (const own of ['demo-bucket', 'STANDINACCESSKEYID']) {
      if (all.includes(own)) cloud.strange.push(`${own}: ${form.slice(0, 600)}`)
    }
  }
  oss.write(Buffer.from(apply(begun), 'latin1'))
  socket.on('data', data => {
    const text = data.toString('latin1')
    form = (form + text).slice(0, 20_000)
    oss.write(Buffer.from(apply(text), 'latin1'))
  })
  socket.on('end', () => oss.end())
  const answer = []
  oss.on('data', data => applied?.answer ? answer.push(data) : socket.write(data))
  oss.on('error', () => socket.destroy())
  oss.on('end', () => {
    judge()
    const text = Buffer.concat(answer).toString('latin1')
    socket.end(Buffer.from(applied?.answer?.(text) ?? text, 'latin1'))
    oss.end()
  })
}

/** The answer to a request for an object, or for the list of them. */
async function look(cloud, head, oss) {
  const [first, ...lines] = head.split('\r\n\r\n')[0].split('\r\n')
  const [method, target] = first.split(' ')
  const headers = Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const [path, search = ''] = target.split('?')
  const key = decodeURIComponent(path.slice(1))
  const queries = Object.fromEntries(new URLSearchParams(search))
  const expected = signatures.authorizationV4(cloud.keys.id, cloud.keys.secret, region, method, { headers, queries }, cloud.name, key || undefined)
  if (headers.authorization !== expected) {
    cloud.strange.push(`a wrong signature: ${first}\n${headers.authorization}\n${expected}`)
    return reply(403, {}, '<Error><Code>SignatureDoesNotMatch</Code></Error>')
  }
  const object = `${oss}/-/objects/${cloud.name}/${encodeURIComponent(key)}`
  if (method === 'DELETE') {
    await fetch(object, { method })
    return reply(204)
  }
  const listed = await (await fetch(`${oss}/-/objects?${new URLSearchParams({ bucket: cloud.name, prefix: key || queries.prefix })}`)).json()
  if (key === '') {
    const keys = listed.slice(0, Number(queries['max-keys'])).map(({ key }) => `<Contents><Key>${encodeURIComponent(key)}</Key></Contents>`)
    return reply(200, {}, `<ListBucketResult>${keys.join('')}</ListBucketResult>`, { chunked: true })
  }
  const known = listed.find(known => known.key === key)
  if (!known) return reply(404)
  const meta = Object.entries(known.metadata).map(([name, value]) => [`x-oss-meta-${name}`, value])
  const told = { ...known.headers, ...Object.fromEntries(meta), 'x-oss-hash-crc64ecma': known.crc64 }
  if (method === 'HEAD') return reply(200, told, '', { length: known.size })
  return reply(200, told, Buffer.from(await (await fetch(object)).arrayBuffer()))
}

function reply(status, headers = {}, body = '', { length, chunked } = {}) {
  const bytes = Buffer.from(body)
  const size = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length ?? bytes.length}`
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`HTTP/1.1 ${status} -\r\n${lines.join('')}${size}\r\nConnection: close\r\n\r\n`)
  return Buffer.concat(chunked ? [head, Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')] : [head, bytes])
}

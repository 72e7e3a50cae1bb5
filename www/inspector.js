// What an upload is made of: its policy in words, the form as it was sent, and what happened when.

import { parsePolicy } from '/pkg/index.js'
import { settings } from './settings.js'

const find = id => document.getElementById(id)
const SECRET = /^(policy|signature|x-oss-signature|x-oss-security-token)$/i

const WORDS = {
  en: {
    ends: time => `It ends at ${time}.`,
    eq: ({ field, value }) => `${field} is ${value}`,
    'starts-with': ({ field, value }) => value === '' ? `${field} may be anything` : `${field} starts with ${value}`,
    in: ({ field, values }) => `${field} is one of ${values.join(', ')}`,
    'not-in': ({ field, values }) => `${field} is none of ${values.join(', ')}`,
    'content-length-range': ({ min, max }) => `the file has ${min} to ${max} bytes`,
    secret: length => `•••••• (${length} characters)`,
    attempt: ({ attempt, sent, error, retryDelay }) => `attempt ${attempt}: ${sent} bytes sent, ${error ? error.code : 'answered'}${retryDelay === undefined ? '' : `; next in ${Math.round(retryDelay)} ms`}`,
    states: { queued: 'queued', preparing: 'asks for parameters', uploading: 'uploads', verifying: 'compares checksums', waiting: 'waits to try again', paused: 'paused', done: 'done', failed: 'failed', aborted: 'cancelled' },
    facts: { key: 'Object key', bucket: 'Bucket', url: 'Address', crc64: 'CRC-64', verified: 'Verified', requestId: 'Request ID', attempts: 'Attempts', callback: 'Callback', code: 'Code', message: 'Message', hint: 'Hint', phase: 'Step', oss: 'OSS' }
  },
  'zh-CN': {
    ends: time => `有效期至 ${time}。`,
    eq: ({ field, value }) => `${field} 等于 ${value}`,
    'starts-with': ({ field, value }) => value === '' ? `${field} 不限` : `${field} 以 ${value} 开头`,
    in: ({ field, values }) => `${field} 为 ${values.join('、')} 之一`,
    'not-in': ({ field, values }) => `${field} 不为 ${values.join('、')}`,
    'content-length-range': ({ min, max }) => `文件大小为 ${min} 至 ${max} 字节`,
    secret: length => `••••••（${length} 个字符）`,
    attempt: ({ attempt, sent, error, retryDelay }) => `第 ${attempt} 次尝试：已发送 ${sent} 字节，${error ? error.code : '已应答'}${retryDelay === undefined ? '' : `；${Math.round(retryDelay)} 毫秒后重试`}`,
    states: { queued: '排队', preparing: '获取参数', uploading: '上传', verifying: '比对校验值', waiting: '等待重试', paused: '暂停', done: '完成', failed: '失败', aborted: '取消' },
    facts: { key: '对象键', bucket: '存储空间', url: '地址', crc64: 'CRC-64', verified: '已校验', requestId: '请求 ID', attempts: '尝试次数', callback: '回调', code: '错误码', message: '说明', hint: '建议', phase: '步骤', oss: 'OSS' }
  }
}

/** File → what is known of its upload. */
const uploads = new Map()

/** Takes the details of the element's events. */
export function inspect({ file, state, attempt, result, error }) {
  if (!uploads.has(file)) {
    const upload = { option: new Option(file.name), start: performance.now(), timeline: [] }
    uploads.set(file, upload)
    find('inspected').append(upload.option)
    upload.option.selected = true
  }
  const upload = uploads.get(file)
  upload.outcome = result ?? error?.toJSON?.() ?? error ?? upload.outcome
  if (state || attempt) upload.timeline.push({ at: performance.now() - upload.start, state, attempt })
  showInspected()
}

const latest = name => [...uploads].findLast(([file]) => file.name === name)?.[1]

// What the backend answered, and the form as it leaves the page: only there they can be seen as they are.

const { fetch } = globalThis
globalThis.fetch = async (request, ...rest) => {
  const response = await fetch(request, ...rest)
  const upload = latest(new URL(request.url ?? request, location.href).searchParams.get('fileName'))
  // Read before the library has it, which ends the request when it has what it wants.
  if (upload) takePolicy(upload, findPolicy(await response.clone().json().catch(() => undefined)))
  return response
}

const findPolicy = answer => Object.entries(answer ?? {})
  .map(([name, value]) => (/^policy$/i.test(name) ? value : typeof value === 'object' ? findPolicy(value) : undefined))
  .find(Boolean)

const { send } = XMLHttpRequest.prototype
XMLHttpRequest.prototype.send = function (body) {
  // A Blob, or the bytes of a small file's form.
  if (body) takeForm(new Blob([body]))
  return send.call(this, body)
}

async function takeForm(body) {
  const text = await body.slice(0, 65_536).text()
  const boundary = text.slice(0, text.indexOf('\r\n'))
  const parts = text.split(`${boundary}\r\n`).slice(1).map(part => {
    const [head, ...value] = part.split('\r\n\r\n')
    return { name: /name="([^"]*)"/.exec(head)[1], fileName: /filename="([^"]*)"/.exec(head)?.[1], value: value.join('\r\n\r\n').slice(0, -2) }
  })
  const file = parts.findIndex(({ name }) => name === 'file')
  const upload = latest(parts[file]?.fileName)
  if (!upload) return
  upload.fields = parts.slice(0, file + 1)
  takePolicy(upload, upload.fields.find(({ name }) => /^policy$/i.test(name))?.value)
}

async function takePolicy(upload, base64) {
  if (!base64) return
  upload.policy = await parsePolicy(base64).catch(() => undefined)
  showInspected()
}

let isAsked = false

/** With the next frame: a thousand files make many events. */
export function showInspected() {
  if (isAsked) return
  isAsked = true
  requestAnimationFrame(() => {
    isAsked = false
    const upload = [...uploads.values()].find(({ option }) => option.selected)
    find('inspector').classList.toggle('used', Boolean(upload))
    if (upload) show(upload)
  })
}

function show({ outcome = {}, policy, fields = [], timeline }) {
  const words = WORDS[settings.language]
  const facts = Object.entries(words.facts).filter(([name]) => outcome[name] !== undefined)
  list('outcome', facts.map(([name, label]) => [label, toText(outcome[name]), name]))
  list('policy', policy ? [...policy.conditions.map(condition => words[condition.operator](condition)), words.ends(policy.expiration), ...policy.warnings] : [])
  list('fields', fields.map(({ name, value }) => [name, name === 'file' ? '…' : SECRET.test(name) ? words.secret(value.length) : value]))
  list('timeline', timeline.map(({ at, state, attempt }) => `${(at / 1000).toFixed(2)} s · ${attempt ? words.attempt(attempt) : words.states[state]}`))
}

const toText = value => typeof value === 'object' ? JSON.stringify(value) : String(value)

/** Items of a list, or pairs (and the name of the fact) of a description list. */
function list(id, items) {
  const make = (tag, text, fact) => Object.assign(document.createElement(tag), { textContent: text, ...fact && { id: `fact-${fact}` } })
  find(id).replaceChildren(...items.flatMap(item => Array.isArray(item) ? [make('dt', item[0]), make('dd', item[1], item[2])] : [make('li', item)]))
}

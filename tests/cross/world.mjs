// What the cross-checks share: a stand-in, its public keys, and a form post that is nobody's but the platform's.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { after, before } from 'node:test'
import { python } from '../../scripts/setup/python.mjs'
import { startStandin } from '../../scripts/standin.mjs'

export const keys = { id: 'STANDINACCESSKEYID', secret: 'standin-access-key-secret' }
export const sts = { id: 'STS.STANDIN', secret: 'standin-sts-secret', token: 'standin-security-token' }
export const region = 'cn-hangzhou'

/** A stand-in for the tests of a file. Foreign clients resolve no names below `localhost`: all is path-style. */
export function useStandin() {
  const standin = {}
  before(async () => Object.assign(standin, await startStandin({ pathStyle: true })))
  after(() => standin.stop?.())
  return standin
}

/** Posts a form as any page would: the fields in their order, the file last. */
export function post(url, fields, file = new File(['hello'], 'hello.txt', { type: 'text/plain' })) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', file)
  return fetch(url, { method: 'POST', body: form })
}

/** The bytes that are stored, or undefined. */
export async function stored(standin, bucket, key) {
  const path = key.split('/').map(encodeURIComponent).join('/')
  const answer = await fetch(`${standin.oss}/-/objects/${bucket}/${path}`)
  return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined
}

/** The code in OSS's error XML. */
export const codeOf = async answer => /<Code>([^<]*)<\/Code>/.exec(await answer.text())?.[1]

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')

/** Another character at one place, still of the same alphabet. */
export function flip(text, at = Math.floor(text.length / 2)) {
  return text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1)
}

/** Runs a program to its end: { code, output, log }. */
export function run(program, args, { input = '', env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env } })
    let output = ''
    let log = ''
    child.stdout.setEncoding('utf8').on('data', text => { output += text })
    child.stderr.setEncoding('utf8').on('data', text => { log += text })
    child.on('error', reject)
    child.on('close', code => resolve({ code, output, log }))
    child.stdin.end(input)
  })
}

export const runPython = (args, options) => run(python, args, options)

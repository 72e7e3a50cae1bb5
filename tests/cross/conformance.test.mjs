// `npm run conformance` against a stand-in that plays the cloud.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inProject } from '../../scripts/project.mjs'
import { until } from '../e2e/wait.mjs'
import { bucket, changedRules, lasting, region, startCloud } from './cloud.mjs'
import { run, sts, useStandin } from './world.mjs'

const standin = useStandin()
const report = join(tmpdir(), `conformance-${process.pid}.md`)
after(() => rmSync(report, { force: true }))

function conformance(args, { id, secret, token = '' } = lasting) {
  const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret, ALIBABA_CLOUD_SECURITY_TOKEN: token }
  return run(process.execPath, [inProject('scripts', 'conformance.mjs'), ...args], { env })
}

/** Asks a cloud of the test's own, which is looked at afterwards. */
async function asked(options, keys) {
  const cloud = await startCloud(standin, options)
  try {
    const result = await conformance(['--bucket', cloud.name, '--region', region, '--endpoint', cloud.endpoint, '--report', report, '--yes'], keys)
    return { ...result, ...cloud }
  } finally {
    cloud.stop()
  }
}

/** The rules that the report names: `fact rule: case`. */
const named = () => {
  const rows = readFileSync(report, 'utf8').trim().split('\n').slice(2)
  return rows.map(row => row.slice(2, row.indexOf(' | ')))
}
const rulesOf = rows => [...new Set(rows.map(row => row.slice(0, row.lastIndexOf(': '))))].sort()
const leftOver = async (name = bucket) => (await (await fetch(`${standin.oss}/-/objects?bucket=${name}`)).json()).map(({ key }) => key)

test('the three rules that the cloud has otherwise are named, and nothing else; what was stored is deleted', async () => {
  const { code, output, log, posts, strange } = await asked()
  assert.equal(code, 0, log + output.slice(-2000))
  assert.deepEqual(strange, [])
  assert.deepEqual(rulesOf(named()), changedRules.toSorted())
  assert.deepEqual(await leftOver(), [])
  assert.ok(posts > 200, `${posts} posts`)
  for (const rule of changedRules) assert.ok(output.includes(`${rule} `) && output.includes('DIFFERS'), rule)
  assert.match(output, /\d+ cases, \d+ not asked, 3 differences: .*\.md\nEverything that was stored is deleted\./)
  assert.match(output, /faults reset cuts the connection.* \| faults are the stand-in's own/)
  // What each of the three is: the stand-in's reading, then the cloud's.
  const text = readFileSync(report, 'utf8')
  assert.match(text, /^\| question \| reading taken \|\n\| --- \| --- \|\n/)
  assert.match(text, /"202" \| 204 - -; OSS in cn-hangzhou on \d{4}-\d\d-\d\d: 200 - - \|/)
  assert.match(text, /wrong signature \| 403 SignatureDoesNotMatch 0002-00000705; OSS in .*: 403 SignatureDoesNotMatch 0002-00000999 \|/)
  assert.match(text, /a=b \| 400 InvalidArgument [-\d]+; OSS in .*: 204 - -, stored \|/)
})

test('a cloud that is as the stand-in is differs in nothing; here with a temporary key', async () => {
  const { code, output, log, strange } = await asked({ change: false, keys: sts }, sts)
  assert.equal(code, 0, log + output.slice(-2000))
  assert.deepEqual(strange, [])
  assert.deepEqual(named(), [])
  assert.match(output, / 0 differences:/)
  assert.match(output, /a lasting key has no token: empty token +\| the key in use is a temporary one/)
  assert.deepEqual(await leftOver(), [])
})

test('Ctrl-C: what was stored until then is deleted', async () => {
  const cloud = await startCloud(standin)
  const env = { ...process.env, ALIBABA_CLOUD_ACCESS_KEY_ID: lasting.id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: lasting.secret }
  const args = ['--bucket', bucket, '--region', region, '--endpoint', cloud.endpoint, '--report', report, '--yes']
  // A group of its own: a terminal interrupts the whole of it.
  const child = spawn(process.execPath, [inProject('scripts', 'conformance.mjs'), ...args], { env, detached: true })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => { printed += text })
  try {
    await until('some forms were posted', () => cloud.posts > 30)
    process.kill(-child.pid, 'SIGINT')
    const [code] = await once(child, 'close')
    assert.equal(code, 1)
  } finally {
    child.kill('SIGKILL')
    cloud.stop()
  }
  assert.match(printed, /Everything that was stored is deleted\.[^]*Interrupted/)
  assert.ok(cloud.posts < 300, `${cloud.posts} posts`)
  assert.deepEqual(await leftOver(), [])
})

test('a bucket that does not take a plain form is asked nothing more', async () => {
  const { code, log, posts } = await asked({}, { ...lasting, secret: 'wrong' })
  assert.equal(code, 1)
  assert.match(log, /does not take a plain form: 403 SignatureDoesNotMatch 0002-00000705 /)
  assert.equal(posts, 1)
})

test('a bucket with versioning would keep what is deleted: it is asked nothing more', async () => {
  const { code, log, posts } = await asked({ name: 'versioned-bucket' })
  assert.equal(code, 1)
  assert.match(log, /keeps versions.*Take a bucket without versioning/)
  assert.equal(posts, 1)
  assert.deepEqual(await leftOver('versioned-bucket'), [])
})

const good = ['--bucket', bucket, '--region', region]
const wrong = [
  ['no bucket', ['--region', region], /--bucket takes the name of a bucket/],
  ['no region', ['--bucket', bucket], /--region takes a region such as cn-hangzhou/],
  ['a region with oss-', ['--bucket', bucket, '--region', 'oss-cn-hangzhou'], /without "oss-"/],
  ['an endpoint with a path', [...good, '--endpoint', 'https://a.example/b', '--yes'], /--endpoint takes an origin/],
  ['an unknown flag', [...good, '--force'], /Unknown option '--force'/],
  ['nobody who could confirm', good, /add --yes/]
]
for (const [name, args, message] of wrong) {
  test(`${name}: says what is wrong, and sends nothing`, async () => {
    const { code, log } = await conformance(args)
    assert.equal(code, 1)
    assert.match(log, message)
  })
}

test('no keys: says which variables hold them', async () => {
  const { code, log } = await conformance([...good, '--yes'], { id: '', secret: '' })
  assert.equal(code, 1)
  assert.match(log, /ALIBABA_CLOUD_ACCESS_KEY_ID is not set/)
})

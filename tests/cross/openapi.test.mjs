// The Rust backend against its own description of its routes: schemathesis asks what the description allows and what it does not.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, inProject, inTarget } from '../../scripts/project.mjs'
import { keys, run, runPython, useStandin } from './world.mjs'

const standin = useStandin()
const rules = inProject('tests', 'cross', 'schemathesis.toml')

before(async () => {
  const { code, log } = await run('cargo', ['build', '--quiet', '--package', 'upload-backend'])
  assert.equal(code, 0, log)
})

/** Starts the backend with all its routes, and gives its address. */
async function start(t) {
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(inTarget('debug', 'upload-backend'), {
    env: {
      ALIBABA_CLOUD_ACCESS_KEY_ID: keys.id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: keys.secret,
      UPLOAD_LISTEN: address,
      UPLOAD_BUCKET__NAME: 'demo-bucket',
      UPLOAD_BUCKET__REGION: 'cn-hangzhou',
      UPLOAD_TEMP__ENDPOINT: standin.api,
      UPLOAD_ENS__ENDPOINT: standin.api,
      UPLOAD_ENS__BUCKET: 'test',
      UPLOAD_LOG: 'error'
    },
    stdio: 'ignore'
  })
  t.after(() => {
    child.kill()
    return once(child, 'close')
  })
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`http://${address}/health`).catch(() => undefined)
    if (answer?.ok) return `http://${address}`
    await sleep(100)
  }
  throw new Error('The backend did not start.')
}

test('answers are as described, and what is not described is refused', async t => {
  const address = await start(t)
  const { code, output, log } = await runPython([
    '-m', 'schemathesis.cli', '--config-file', rules, 'run', `${address}/openapi.json`,
    '--phases', 'coverage,fuzzing', '--max-examples', '30', '--seed', '1', '--generation-database', 'none', '--no-color'
  ])
  assert.equal(code, 0, output + log)
  // Two methods of four routes for browsers, and the three for machines beside the description itself.
  assert.match(output, /Tested: 11\b/)
})

// How many upload parameters per second one core signs: the reference backend beside a Node server with ali-oss.
//
//   node tests/bench/backend.mjs [--seconds 4] [--rounds 5]
//
// Each server has one core to itself, wrk the other. Both answer the same route with the same shape; neither logs.
// CPU time is read from the kernel, so other load on the machine slows the numbers down but does not bend them.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Failure, freePort, inTarget, main, run, which } from '../../scripts/project.mjs'

const keys = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'STANDINACCESSKEYID',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'standin-access-key-secret'
}
const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout)
const servers = {
  'reference backend': {
    command: () => [inTarget('server', 'upload-backend')],
    env: port => ({ UPLOAD_LISTEN: `127.0.0.1:${port}`, UPLOAD_LOG: 'error', UPLOAD_BUCKET__NAME: 'demo-bucket', UPLOAD_BUCKET__REGION: 'cn-hangzhou' })
  },
  'Node with ali-oss': {
    command: () => [process.execPath, fileURLToPath(new URL('ali_oss_server.mjs', import.meta.url))],
    env: port => ({ PORT: port })
  }
}

async function start(name) {
  const { command, env } = servers[name]
  const port = await freePort()
  const child = spawn('taskset', ['-c', '0', ...command()], {
    env: { PATH: process.env.PATH, ...keys, ...env(port) }, stdio: ['ignore', 'ignore', 'inherit']
  })
  const origin = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) break
    const answer = await fetch(`${origin}/api/policy/v1`).catch(() => undefined)
    if (answer?.ok) return { child, origin }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  child.kill()
  throw new Failure(`${name} did not start`)
}

/** Seconds of CPU time of a process, its threads included. */
function cpuTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

function load(origin, route, seconds) {
  const { stdout, stderr, status } = spawnSync('taskset', ['-c', '1', 'wrk', '-t1', '-c64', `-d${seconds}s`, `${origin}${route}?fileName=a.txt&size=5`], { encoding: 'utf8' })
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1])
  const bad = /Non-2xx|Socket errors/.exec(stdout)
  if (status !== 0 || !requests || bad) throw new Failure(`wrk: ${stdout}${stderr}`)
  return requests
}

const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

main(import.meta.url, async args => {
  const { values } = parseArgs({ args, options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '5' } } })
  const seconds = Math.min(Number(values.seconds), 30)
  const rounds = Math.min(Number(values.rounds), 20)
  for (const program of ['wrk', 'taskset']) if (!which(program)) throw new Failure(`${program} is missing: apt-get install ${program === 'wrk' ? 'wrk' : 'util-linux'}`)
  run(['cargo', 'build', '--quiet', '--profile', 'server', '--package', 'upload-backend'])

  const running = {}
  try {
    for (const name of Object.keys(servers)) running[name] = await start(name)
    for (const route of ['/api/policy/v1', '/api/policy/v4']) {
      const rates = Object.fromEntries(Object.keys(running).map(name => [name, []]))
      // Warm both up (the JIT wants to see code run), then turn by turn.
      for (const { origin } of Object.values(running)) load(origin, route, 2)
      for (let round = 0; round < rounds; round++) {
        for (const [name, { child, origin }] of Object.entries(running)) {
          const before = cpuTime(child.pid)
          const requests = load(origin, route, seconds)
          rates[name].push(requests / (cpuTime(child.pid) - before))
        }
      }
      const [ours, theirs] = Object.values(rates).map(median)
      console.log(`\n${route}: parameters per second of one core, median of ${rounds} rounds of ${seconds} s`)
      for (const [name, numbers] of Object.entries(rates)) console.log(`  ${name.padEnd(18)} ${Math.round(median(numbers)).toString().padStart(8)}   (${numbers.map(Math.round).join(', ')})`)
      console.log(`  ratio              ${(ours / theirs).toFixed(2).padStart(8)}   (wanted: at least 3)`)
      if (ours < 3 * theirs) process.exitCode = 1
    }
  } finally {
    for (const { child } of Object.values(running)) child.kill()
  }
})

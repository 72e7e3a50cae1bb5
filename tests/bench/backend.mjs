// How much CPU time upload parameters cost: the reference backend beside a Node server that signs with ali-oss.
//
//   npm run bench:backend -- [--seconds N: 2] [--rounds N: 9]
//
// Each server has one core to itself, wrk the other. Both answer the same route with the same shape; neither logs. What
// counts is the CPU time of the server's process, as the kernel keeps it, for each request: the time in which other
// programs had the core is not in it. But their work drives the server's data out of the caches, and that is. It only
// ever adds, so of each server's turns the cheapest counts.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { readFlags, readNumber } from '../../scripts/flags.mjs'
import { Failure, freePort, inTarget, main, run, which } from '../../scripts/project.mjs'

const keys = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'STANDINACCESSKEYID',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'standin-access-key-secret'
}
const wanted = 3
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

/**
 * A turn of one server: µs of CPU time for each request, and the share of its core that it had. The kernel counts in
 * hundredths of a second, so a server that got little of its core goes on for a while.
 */
function turn({ child, origin }, route, seconds) {
  const began = performance.now()
  const before = cpuTime(child.pid)
  let requests = 0
  let used = 0
  do {
    requests += load(origin, route, seconds)
    used = cpuTime(child.pid) - before
  } while (used < 0.5 && performance.now() - began < 20_000)
  return { cost: used / requests * 1e6, share: used / (performance.now() - began) * 1e3 }
}

function report(route, turns) {
  const cheapest = Object.values(turns).map(all => Math.min(...all.map(({ cost }) => cost)))
  const ratio = cheapest[1] / cheapest[0]
  console.log(`\n${route}: µs of CPU time for each answer, the cheapest turn of ${Object.values(turns)[0].length}`)
  Object.entries(turns).forEach(([name, all], i) => {
    const costs = all.map(({ cost }) => cost.toFixed(1)).join(', ')
    const share = Math.max(...all.map(({ share }) => share))
    console.log(`  ${name.padEnd(18)} ${cheapest[i].toFixed(1).padStart(8)}   (${costs}; at most ${(share * 100).toFixed(0)} % of its core)`)
    console.log(`  ${''.padEnd(18)} ${Math.round(1e6 / cheapest[i]).toLocaleString('en').padStart(8)}   answers for each second of CPU time`)
  })
  console.log(`  ratio              ${ratio.toFixed(2).padStart(8)}   (wanted: at least ${wanted})`)
  return ratio >= wanted
}

main(import.meta.url, async args => {
  const flags = readFlags(args, { seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '9' } },
    'npm run bench:backend -- [--seconds N] [--rounds N]')
  const seconds = readNumber('seconds', flags.seconds, { from: 1, to: 30 })
  const rounds = readNumber('rounds', flags.rounds, { from: 1, to: 20 })
  for (const program of ['wrk', 'taskset']) if (!which(program)) throw new Failure(`${program} is missing: apt-get install ${program === 'wrk' ? 'wrk' : 'util-linux'}`)
  run(['cargo', 'build', '--quiet', '--profile', 'server', '--package', 'upload-backend'])
  console.log(`Measured is the CPU time of each server's process (utime + stime of /proc/PID/stat), divided by the requests that
wrk had answers to with 64 connections. Time in which other programs had the core does not count; they still disturb the
caches, which only ever adds, so the cheapest of ${rounds} turns of ${seconds} s counts. Load of the machine now: ${loadavg()[0].toFixed(1)}.`)

  const running = {}
  try {
    for (const name of Object.keys(servers)) running[name] = await start(name)
    for (const route of ['/api/policy/v1', '/api/policy/v4']) {
      const names = Object.keys(running)
      const turns = Object.fromEntries(names.map(name => [name, []]))
      // Warm both up: the JIT wants to see code run.
      for (const name of names) load(running[name].origin, route, 2)
      for (let round = 0; round < rounds; round++) {
        for (const name of round % 2 === 0 ? names : names.toReversed()) turns[name].push(turn(running[name], route, seconds))
      }
      if (!report(route, turns)) process.exitCode = 1
    }
    console.log(`\nLoad of the machine at the end: ${loadavg()[0].toFixed(1)}`)
  } finally {
    for (const { child } of Object.values(running)) child.kill()
  }
})

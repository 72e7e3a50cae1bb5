// Where things lie, and how the scripts run programs and speak of it. Node's own modules only: these
// scripts are what installs the others.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

export const inProject = (...parts) => join(root, ...parts)
/** Tools that set-up builds: git-ignored, and reused for as long as their versions match. */
export const inTools = (...parts) => inProject('.tools', ...parts)
export const inTarget = (...parts) =>
  join(process.env.CARGO_TARGET_DIR ?? inProject('target'), ...parts)

/** A failure whose message is all that a person needs to read: no stack is shown. */
export class Failure extends Error {}

/** Runs a script's main function when the script is what Node was started with. */
export function main(url, run) {
  if (process.argv[1] !== fileURLToPath(url)) return
  run(process.argv.slice(2)).catch(error => {
    console.error(error instanceof Failure ? `\n${error.message}` : error)
    process.exitCode = 1
  })
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** The path of a program, or undefined. */
export function which(...names) {
  for (const name of names) {
    for (const folder of [inTools('bin'), ...process.env.PATH.split(delimiter)]) {
      const path = join(folder, name)
      try {
        accessSync(path, constants.X_OK)
        return path
      } catch {}
    }
  }
}

/** What a program prints, trimmed; undefined when it fails or is not there. */
export function ask(program, ...args) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', cwd: root })
  return status === 0 ? stdout.trim() : undefined
}

/** Runs a program on the terminal; a failure ends the script. */
export function run([program, ...args], { env, cwd = root } = {}) {
  const { status, signal, error } = spawnSync(program, args, {
    cwd, env: { ...process.env, ...env }, stdio: 'inherit'
  })
  if (error) throw new Failure(`${program} cannot be started: ${error.message}`)
  if (status !== 0) throw new Failure(`${program} ${args[0] ?? ''} failed (${signal ?? `exit code ${status}`})`)
}

/** Runs a program and shows what it prints only when it fails. */
export function runQuietly([program, ...args], { env, cwd = root, timeout } = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    cwd, timeout, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28
  })
  if (status === 0) return
  const printed = `${stdout ?? ''}${stderr ?? ''}`.trimEnd().split('\n').slice(-40).join('\n')
  throw new Failure(`${[program, ...args].join(' ')}\n${printed}\nfailed (${error?.message ?? signal ?? `exit code ${status}`})`)
}

/** Runs a program on the terminal and gives what it printed: { ok, output }. */
export function runAndRead([program, ...args], { env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root, env: { ...process.env, ...env }, stdio: ['inherit', 'pipe', 'pipe']
    })
    // Apart, so that no line of one is cut by a line of the other.
    const printed = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', text => {
        printed[name] += text
        process[name].write(text)
      })
    }
    child.on('error', error => reject(new Failure(`${program} cannot be started: ${error.message}`)))
    child.on('close', code => resolve({ ok: code === 0, output: stripVTControlCharacters(`${printed.stdout}\n${printed.stderr}`) }))
  })
}

export const seconds = since => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** A step long enough to be announced; says how long it took. */
export async function step(title, work) {
  const start = performance.now()
  console.log(`→ ${title} …`)
  const result = await work()
  console.log(`  done in ${seconds(start)}`)
  return result
}

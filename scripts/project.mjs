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

/** Runs a program and gives what it printed; shows the last line of that while it runs, and all of it when it fails. */
export async function runQuietly([program, ...args], { env, cwd = root, timeout } = {}) {
  const child = spawn(program, args, { cwd, timeout, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      printed += text
      lastLine = printed.trimEnd().split(/[\r\n]/).at(-1).trim()
    })
  }
  const reason = await new Promise(resolve => {
    child.on('error', error => resolve(error.message))
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : signal ?? `exit code ${code}`))
  })
  if (reason === undefined) return printed
  throw new Failure(`${[program, ...args].join(' ')}\n${printed.trimEnd().split('\n').slice(-200).join('\n')}\nfailed (${reason})`)
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

const TERMINAL_MS = 200
// Where lines cannot be written over, as in a log, few are enough.
const LOG_MS = 20_000

let steps = 0
/** What the program that runs said last. */
let lastLine = ''

/**
 * A step long enough to be announced: its number, its title, how long it lasts, and, until it ends, what goes on in it.
 * `last`: how long it takes on most machines, for who decides whether to wait.
 */
export async function step(title, work, { last } = {}) {
  const start = performance.now()
  steps += 1
  lastLine = ''
  console.log(`${steps}. ${title}${last ? ` (${last})` : ''}`)
  const line = () => `   ${seconds(start)}  ${lastLine || '…'}`
  const isTerminal = process.stdout.isTTY
  const show = () => isTerminal ? process.stdout.write(`\r\x1b[K${line().slice(0, process.stdout.columns - 1)}`) : console.log(line())
  const timer = setInterval(show, isTerminal ? TERMINAL_MS : LOG_MS)
  try {
    const result = await work()
    clearInterval(timer)
    console.log(`${isTerminal ? '\r\x1b[K' : ''}   done in ${seconds(start)}`)
    return result
  } finally {
    clearInterval(timer)
  }
}

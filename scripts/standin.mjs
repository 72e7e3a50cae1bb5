// Starts the stand-in for Alibaba Cloud (tests/standin): site, OSS and API gateway on three origins.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Failure, inProject, inTarget, runQuietly, step } from './project.mjs'

let built

/** Compiles it; once in a process. `cargo` does nothing when nothing changed. */
export function buildStandin() {
  built ??= step('compile the stand-in for Alibaba Cloud', () => runQuietly(['cargo', 'build', '--package', 'standin']))
  return built
}

/**
 * Resolves when all three listeners answer: { site, oss, api, stop(), ended }.
 * `port` 0 takes three free ports; `data` is a folder for what is stored (default: a temporary one);
 * `ended` resolves with the exit code when the process is gone.
 */
export async function startStandin({ pathStyle = false, www = inProject('www'), pkg = inProject('pkg'), port = 0, data, args = [] } = {}) {
  await buildStandin()
  const child = spawn(inTarget('debug', 'standin'), [
    '--port', port, '--www', www, '--pkg', pkg, '--until-stdin-closes',
    ...pathStyle ? ['--path-style'] : [], ...data ? ['--data', data] : [], ...args
  ], { stdio: ['pipe', 'pipe', 'pipe'] })

  // Its log matters when it does not start, or to somebody who asks for it.
  let log = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    log = (log + text).slice(-4000)
    if (process.env.STANDIN_LOG) process.stderr.write(text)
  })
  const ended = new Promise(resolve => {
    child.on('close', (code, signal) => resolve(signal ?? code))
    child.on('error', error => {
      log += error.message
      resolve(error.message)
    })
  })
  const firstLine = new Promise(resolve => createInterface({ input: child.stdout }).once('line', resolve))
  const line = await Promise.race([firstLine, ended.then(() => undefined)])
  if (line === undefined) throw new Failure(`The server did not start.\n${log.trim()}`)

  return {
    ...JSON.parse(line),
    ended,
    async stop() {
      child.stdin.end()
      child.kill('SIGTERM')
      await ended
    }
  }
}

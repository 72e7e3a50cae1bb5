// Where the files go: the stand-in crate's bare sink, on another origin than the page.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Failure, inTarget, run } from '../../scripts/project.mjs'

export async function startSink() {
  run(['cargo', 'build', '--quiet', '--profile', 'server', '--package', 'standin', '--example', 'sink'])
  const child = spawn(inTarget('server', 'examples', 'sink'), { stdio: ['ignore', 'pipe', 'inherit'] })
  const stop = () => child.kill()
  process.once('exit', stop)
  const origin = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('error', reject)
    child.once('exit', code => reject(new Failure(`the sink did not start (exit code ${code})`)))
  })
  return {
    origin,
    /** `{ posts, bytes }` that came since the last time. */
    counts: async () => (await fetch(origin)).json(),
    stop
  }
}

// A stranger's project: a fresh folder with the packed tarball installed from a file, as npm would from its registry.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn, spawnSync } from 'node:child_process'
import { inProject } from '../../scripts/project.mjs'

const here = (...parts) => inProject('tests', 'package', ...parts)

/** Packs the built package into `folder`: { path, files: what npm publishes }. */
export function pack(folder) {
  // --ignore-scripts: it is built already.
  const output = command(inProject(), 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder)
  const packed = JSON.parse(output)
  // npm 11 gives an array, npm 12 an object by name.
  const [{ filename, files }] = Array.isArray(packed) ? packed : Object.values(packed)
  return { path: join(folder, filename), files: files.map(({ path }) => path).sort() }
}

/** Lays the project `name` out below `folder` and installs what it needs: a name with a slash is that of an example. */
export function install(name, tarball, folder) {
  const root = join(folder, name)
  mkdirSync(root, { recursive: true })
  if (name.includes('/')) {
    cpSync(inProject('examples', name), root, { recursive: true })
  } else {
    cpSync(here('app'), root, { recursive: true })
    cpSync(here('projects', name), root, { recursive: true })
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  manifest.dependencies = { ...manifest.dependencies, 'oss-direct-upload': `file:${tarball}` }
  writeFileSync(join(root, 'package.json'), JSON.stringify(manifest))
  command(root, 'npm', 'install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--loglevel=error')
  return root
}

/** Runs a program to its end and gives what it printed on stdout; throws with all of it when it fails. */
export function command(cwd, program, ...args) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd, encoding: 'utf8', maxBuffer: 1 << 27, timeout: 600_000, env: environment
  })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}\n${stdout}\n${stderr}`)
  return stdout
}

/** Runs a server of the project's own; `stop()` ends it. */
export function serve(cwd, program, ...args) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: environment })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => { log += text })
  const ended = new Promise(resolve => { child.on('close', resolve) })
  return {
    describe: () => log,
    async stop() {
      if (child.exitCode === null) process.kill(-child.pid)
      await ended
    }
  }
}

// None of these tools is to phone home; and node's own test runner must not be known to those that run below it.
export const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', PARCEL_DISABLE_CACHE: '1', CI: '1' }
delete environment.NODE_TEST_CONTEXT

export const bin = (root, name) => join(root, 'node_modules', '.bin', name)

/** The files below a folder whose text holds `needle`. */
export function filesWith(folder, needle) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => readFileSync(path).includes(needle))
}

/** Puts the page's HTML beside what a bundler has made of main.js. */
export function addPage(root, folder) {
  cpSync(join(root, 'index.html'), join(root, folder, 'index.html'))
  return join(root, folder)
}

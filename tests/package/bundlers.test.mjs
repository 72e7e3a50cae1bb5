// Strangers' projects with every tool that people bundle with: each built or served as its documentation says, opened in
// a browser, and a file uploaded through it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join } from 'node:path'
import { freePort } from '../../scripts/project.mjs'
import { until } from '../e2e/wait.mjs'
import { addPage, bin, command, filesWith, serve } from './project.mjs'
import { hasOneWasm, useWorld, wantsAll } from './world.mjs'

const world = useWorld()
const all = { skip: !wantsAll && 'slow: npm run test:package -- --all' }

/** Builds, serves the result from a folder, uploads. */
async function built(name, build) {
  const root = world.project(name)
  const folder = build(root)
  hasOneWasm(folder)
  const { engine, warnings } = await world.upload({ folder })
  assert.deepEqual({ engine, warnings }, { engine: 'wasm', warnings: [] })
}

/** Lets the project's own server run, uploads. */
async function served(root, program, ...args) {
  const port = await freePort()
  const server = serve(root, bin(root, program), ...args, '--port', port)
  try {
    const origin = `http://localhost:${port}`
    await until('its server answers', () => fetch(origin).catch(() => false), { describe: server.describe })
    const { engine } = await world.upload({ server: origin, describe: server.describe })
    assert.equal(engine, 'wasm')
  } finally {
    await server.stop()
  }
}

for (const [version, options] of [[8, {}], [7, all], [6, all]]) {
  test(`Vite ${version}, build`, options, () => built(`vite-${version}`, root => {
    command(root, bin(root, 'vite'), 'build')
    return join(root, 'dist')
  }))
  test(`Vite ${version}, dev`, options, () => served(world.project(`vite-${version}`), 'vite', '--host', 'localhost', '--strictPort'))
}

test('webpack 5', () => built('webpack-5', root => {
  command(root, bin(root, 'webpack'))
  return addPage(root, 'dist')
}))

test('esbuild', () => built('esbuild', root => {
  command(root, bin(root, 'esbuild'), 'main.js', '--bundle', '--minify', '--format=esm', '--splitting', '--outdir=dist')
  return addPage(root, 'dist')
}))

test('esbuild, all in one file for a classic script', () => built('esbuild', root => {
  command(root, bin(root, 'esbuild'), 'main.js', '--bundle', '--minify', '--format=iife', '--outdir=one')
  return addPage(root, 'one')
}))

test('rspack 2', all, () => built('rspack-2', root => {
  command(root, bin(root, 'rspack'), 'build')
  return addPage(root, 'dist')
}))

test('rollup 4', all, () => built('rollup-4', root => {
  command(root, bin(root, 'rollup'), '--config')
  return addPage(root, 'dist')
}))

test('Parcel 2', all, () => built('parcel-2', root => {
  command(root, bin(root, 'parcel'), 'build', '--no-source-maps')
  return join(root, 'dist')
}))

for (const [bundler, flag] of [['Turbopack', '--turbopack'], ['webpack', '--webpack']]) {
  test(`Next.js 16 with ${bundler}: imported on the server, uploads from the client`, all, async () => {
    const root = world.project('next-16')
    command(root, bin(root, 'next'), 'build', flag)
    hasOneWasm(join(root, '.next', 'static'))
    assert.ok(filesWith(join(root, '.next', 'server'), 'createUploader').length > 0, 'the server part was built')
    await served(root, 'next', 'start')
  })
}

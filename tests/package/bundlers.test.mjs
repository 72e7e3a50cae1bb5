// Strangers' projects with every tool that people bundle with: each built or served as its documentation says, opened in
// a browser, and a file uploaded through it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join } from 'node:path'
import { freePort } from '../../scripts/project.mjs'
import { until } from '../e2e/wait.mjs'
import { openFront } from './front.mjs'
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

/** Lets the project's own server run, uploads; then does `more` with the server's address. */
async function served(root, start, more = () => {}) {
  const port = await freePort()
  const server = serve(root, ...start(port))
  try {
    const origin = `http://localhost:${port}`
    await until('its server answers', () => fetch(origin).catch(() => false), { describe: server.describe })
    const { engine } = await world.upload({ server: origin, describe: server.describe })
    assert.equal(engine, 'wasm')
    await more(origin)
  } finally {
    await server.stop()
  }
}

for (const [version, options] of [[8, {}], [7, all], [6, all]]) {
  test(`Vite ${version}, build`, options, () => built(`vite-${version}`, root => {
    command(root, bin(root, 'vite'), 'build')
    return join(root, 'dist')
  }))
  test(`Vite ${version}, dev`, options, () => {
    const root = world.project(`vite-${version}`)
    return served(root, port => [bin(root, 'vite'), '--host', 'localhost', '--strictPort', '--port', port])
  })
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

/** What a server makes of the hook and of the element, and what the browser makes of that. */
async function isRendered(server) {
  const html = await (await fetch(server)).text()
  assert.match(html, /<ul>(<!--.*?-->)*<\/ul>/)
  assert.match(html, /<oss-upload [^>]*params="\/api\/upload-params"/)
  const front = await openFront({ site: world.standin.site, server })
  try {
    await world.driver.get(front.origin)
    const upload = () => world.driver.executeScript(`
      const upload = document.querySelector('oss-upload')
      if (!upload?.add) return false
      upload.addEventListener('done', event => { globalThis.stored = event.detail.result.key })
      upload.add([new File(['x'], 'of-the-element.bin')])
      return true`)
    await until('the element is defined', upload)
    const key = await until('it has uploaded', () => world.driver.executeScript('return globalThis.stored'))
    assert.equal((await world.objects(key)).length, 1)
  } finally {
    front.close()
  }
}

for (const [bundler, flag] of [['Turbopack', '--turbopack'], ['webpack', '--webpack']]) {
  test(`Next.js 16 with ${bundler}: imported and rendered on the server, uploads from the client`, all, async () => {
    const root = world.project('next-16')
    command(root, bin(root, 'next'), 'build', flag)
    hasOneWasm(join(root, '.next', 'static'))
    assert.ok(filesWith(join(root, '.next', 'server'), 'createUploader').length > 0, 'the server part was built')
    await served(root, port => [bin(root, 'next'), 'start', '--port', port], isRendered)
  })
}

test('Nuxt 4: imported and rendered on the server, uploads from the client', all, async () => {
  const root = world.project('nuxt-4')
  command(root, bin(root, 'nuxt'), 'build')
  hasOneWasm(join(root, '.output', 'public'))
  await served(root, port => ['env', `PORT=${port}`, 'HOST=localhost', process.execPath, join('.output', 'server', 'index.mjs')], isRendered)
})

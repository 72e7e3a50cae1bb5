// A page without a build that takes the package from a CDN: from another origin, which allows every origin to read it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { join } from 'node:path'
import { By } from 'selenium-webdriver'
import { inProject } from '../../scripts/project.mjs'
import { until } from '../e2e/wait.mjs'
import { openFront } from './front.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()
const { jsdelivr, unpkg, version } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
const root = `/oss-direct-upload@${version}`
const lazy = ['pkg/generated/inline.js', 'pkg/generated/oss_direct_upload_bg.js']

/** Serves the package as jsDelivr does; with `redirects` as unpkg, which answers a package's own address with that of its file. */
async function openCdn({ redirects = false } = {}) {
  const folder = join(world.project('bare'), 'node_modules', 'oss-direct-upload')
  const files = []
  const server = createServer(({ url }, answer) => {
    answer.setHeader('Access-Control-Allow-Origin', '*')
    const path = url.slice(root.length + 1)
    if (redirects && path === '') return answer.writeHead(302, { Location: `${root}/${unpkg.slice(2)}` }).end()
    try {
      const bytes = readFileSync(join(folder, path || jsdelivr))
      files.push(path)
      answer.writeHead(200, { 'Content-Type': 'text/javascript' }).end(bytes)
    } catch {
      answer.writeHead(404).end()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { address: `http://127.0.0.1:${server.address().port}${root}`, files, close: () => server.close().closeAllConnections() }
}

/** Opens a page whose scripts name the package's address as `CDN`; gives what did the work, and what it took from the CDN. */
async function uploadFrom(scripts, { csp, redirects } = {}) {
  const folder = world.project('bare')
  const cdn = await openCdn({ redirects })
  try {
    writeFileSync(join(folder, 'cdn.html'), `<!doctype html><meta charset="utf-8"><title>From a CDN</title>
      <link rel="icon" href="data:,"><input type="file" id="file">${scripts.replaceAll('CDN', cdn.address)}`)
    const { engine } = await world.upload({ folder, path: '/cdn.html', csp: csp?.replaceAll('CDN', new URL(cdn.address).origin) })
    return { engine, files: cdn.files.sort() }
  } finally {
    cdn.close()
  }
}

const module = code => `<script type="module">import { whenChosen } from '/page.js'; ${code}</script>`
const withGlobal = module("whenChosen(file => OssDirectUpload.upload(file, { params: '/api/upload-params' }))")
const file = 'CDN/pkg/index.iife.js'

for (const [how, script, entry = 'pkg/index.iife.js', options] of [
  ['', `<script src="${file}"></script>`],
  [', deferred', `<script src="${file}" defer></script>`],
  [', asked for with CORS', `<script src="${file}" crossorigin></script>`],
  [" at the package's own address, as with jsDelivr", '<script src="CDN"></script>', ''],
  [" at the package's own address, as with unpkg", '<script src="CDN"></script>', undefined, { redirects: true }]
]) {
  test(`a classic script${how}: it makes the global, and takes the rest from where it lies`, async () => {
    assert.deepEqual(await uploadFrom(script + withGlobal, options), { engine: 'wasm', files: [entry, ...lazy].sort() })
  })
}

test('a classic script in a page that forbids WebAssembly', async () => {
  const csp = "script-src 'self' 'unsafe-inline' CDN; connect-src 'self' http://*.oss.localhost:* http://127.0.0.1:*"
  assert.deepEqual(await uploadFrom(`<script src="${file}"></script>${withGlobal}`, { csp }), {
    engine: 'js', files: ['pkg/generated/oss_direct_upload_bg.js', 'pkg/generated/wasm2js.js', 'pkg/index.iife.js']
  })
})

test('a module imports from it', async () => {
  const page = module(`import { upload } from 'CDN/pkg/index.js'
    whenChosen(file => upload(file, { params: '/api/upload-params' }))`)
  assert.deepEqual(await uploadFrom(page), { engine: 'wasm', files: [...lazy, 'pkg/index.js'] })
})

test('an import map gives it its name', async () => {
  const page = `<script type="importmap">{ "imports": { "oss-direct-upload": "CDN/pkg/index.js" } }</script>
    ${module(`import { upload } from 'oss-direct-upload'
    whenChosen(file => upload(file, { params: '/api/upload-params' }))`)}`
  assert.deepEqual(await uploadFrom(page), { engine: 'wasm', files: [...lazy, 'pkg/index.js'] })
})

for (const name of ['script', 'module']) {
  test(`the example ${name}.html uploads`, async () => {
    const folder = world.project('bare')
    const cdn = await openCdn()
    const page = readFileSync(inProject('examples', 'frameworks', 'plain', `${name}.html`), 'utf8')
    const address = `https://cdn.jsdelivr.net/npm${root}`
    assert.ok(page.includes(address))
    writeFileSync(join(folder, `${name}.html`), page.replace(address, cdn.address))
    const front = await openFront({ site: world.standin.site, folder })
    try {
      await world.driver.get(`${front.origin}/${name}.html`)
      const file = await world.files.write(`example-${name}.bin`, 200_000)
      await world.driver.findElement(By.css('input')).sendKeys(file.path)
      const key = await until('the key is shown', () => world.driver.findElement(By.css('output')).getText())
      const [stored] = await world.objects(file.name)
      assert.deepEqual([stored?.key, stored?.sha256], [key, file.sha256])
    } finally {
      front.close()
      cdn.close()
    }
  })
}

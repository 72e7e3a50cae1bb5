// A page without a build that takes the package from a CDN: from another origin, which allows every origin to read it.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { join } from 'node:path'
import { By } from 'selenium-webdriver'
import { inProject } from '../../scripts/project.mjs'
import { until } from '../e2e/wait.mjs'
import { openFront } from './front.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()
const lazy = ['generated/inline.js', 'generated/oss_direct_upload_bg.js']

/** Opens a page whose scripts name the CDN by `CDN`; gives what it uploaded, and what it took from the CDN. */
async function uploadFrom(name, scripts, { csp } = {}) {
  const folder = world.project('bare')
  const cdn = await openFront({ folder: join(folder, 'node_modules', 'oss-direct-upload'), headers: { 'Access-Control-Allow-Origin': '*' } })
  try {
    writeFileSync(join(folder, `${name}.html`), `<!doctype html><meta charset="utf-8"><title>${name}</title>
      <link rel="icon" href="data:,"><input type="file" id="file">${scripts.replaceAll('CDN', cdn.origin)}`)
    const { engine, requested } = await world.upload({ folder, path: `/${name}.html`, csp: csp?.replaceAll('CDN', cdn.origin) })
    assert.deepEqual(requested.filter(path => path.includes('generated')), [], "nothing is looked for on the page's own origin")
    return { engine, files: cdn.requested.map(path => path.replace('/pkg/', '')) }
  } finally {
    cdn.close()
  }
}

const withGlobal = "whenChosen(file => OssDirectUpload.upload(file, { params: '/api/upload-params' }))"
const module = code => `<script type="module">import { whenChosen } from '/page.js'; ${code}</script>`
const { jsdelivr, unpkg } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))

test('both CDNs give a bare address the classic script', () => {
  assert.equal(jsdelivr, './pkg/index.iife.js')
  assert.equal(unpkg, jsdelivr)
})

for (const [how, attributes] of [['', ''], [', deferred', ' defer'], [', asked for with CORS', ' crossorigin']]) {
  test(`a classic script${how} makes the global, and takes the rest from where it lies`, async () => {
    const { engine, files } = await uploadFrom('script', `<script src="CDN/pkg/index.iife.js"${attributes}></script>${module(withGlobal)}`)
    assert.equal(engine, 'wasm')
    assert.deepEqual(files.sort(), [...lazy, 'index.iife.js'])
  })
}

test('so does one that forbids WebAssembly', async () => {
  const csp = "script-src 'self' 'unsafe-inline' CDN; connect-src 'self' http://*.oss.localhost:* http://127.0.0.1:*"
  const { engine, files } = await uploadFrom('strict', `<script src="CDN/pkg/index.iife.js"></script>${module(withGlobal)}`, { csp })
  assert.equal(engine, 'js')
  assert.deepEqual(files.sort(), ['generated/oss_direct_upload_bg.js', 'generated/wasm2js.js', 'index.iife.js'])
})

test('a module imports from it', async () => {
  const { engine, files } = await uploadFrom('module', module(`import { upload } from 'CDN/pkg/index.js'
    whenChosen(file => upload(file, { params: '/api/upload-params' }))`))
  assert.equal(engine, 'wasm')
  assert.deepEqual(files.sort(), [...lazy, 'index.js'])
})

test('an import map gives it its name', async () => {
  const { engine } = await uploadFrom('map', `<script type="importmap">{ "imports": { "oss-direct-upload": "CDN/pkg/index.js" } }</script>
    ${module(`import { upload } from 'oss-direct-upload'
    whenChosen(file => upload(file, { params: '/api/upload-params' }))`)}`)
  assert.equal(engine, 'wasm')
})

// As jsDelivr addresses files: the package's version, then nothing for the file that `jsdelivr` names, or its path.
const address = /https:\/\/cdn\.jsdelivr\.net\/npm\/oss-direct-upload@[\d.]+(\/[\w./]+)?/

for (const name of ['script', 'module']) {
  test(`the example ${name}.html uploads`, async () => {
    const folder = world.project('bare')
    const cdn = await openFront({ folder: join(folder, 'node_modules', 'oss-direct-upload'), headers: { 'Access-Control-Allow-Origin': '*' } })
    const page = readFileSync(inProject('examples', 'frameworks', 'plain', `${name}.html`), 'utf8')
    writeFileSync(join(folder, `${name}.html`), page.replace(address, (_, path = jsdelivr.slice(1)) => cdn.origin + path))
    const front = await openFront({ site: world.standin.site, folder })
    try {
      await world.driver.get(`${front.origin}/${name}.html`)
      const file = await world.files.write(`example-${name}.bin`, 200_000)
      await world.driver.findElement(By.css('input')).sendKeys(file.path)
      const text = () => world.driver.findElement(By.css('output')).getText()
      const key = await until('the key is shown', text)
      const [stored] = await world.objects(file.name)
      assert.deepEqual([stored?.key, stored?.sha256], [key, file.sha256])
    } finally {
      front.close()
      cdn.close()
    }
  })
}

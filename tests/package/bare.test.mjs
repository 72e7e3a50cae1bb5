// A page without any tool: a module script, and the package's files as they are. What its Content-Security-Policy allows
// decides what runs.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { join } from 'node:path'
import { engine as browser } from '../e2e/browser.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

const pkg = '/node_modules/oss-direct-upload/pkg/'
const connect = "connect-src 'self' http://*.oss.localhost:* http://127.0.0.1:*"
const strict = `script-src 'self'; ${connect}`
const withWasm = `script-src 'self' 'wasm-unsafe-eval'; ${connect}`

/** A page of its own for each way in. Its modules are addressed as files: an import map would be an inline script. */
function page(name, main) {
  const folder = world.project('bare')
  writeFileSync(join(folder, `${name}.js`), main)
  writeFileSync(join(folder, `${name}.html`), `<!doctype html><meta charset="utf-8"><title>${name}</title>
    <link rel="icon" href="data:,"><input type="file" id="file"><script type="module" src="/${name}.js"></script>`)
  return { folder, path: `/${name}.html` }
}

const main = entry => `
import { upload } from '/node_modules/oss-direct-upload/pkg/${entry}.js'
import { whenChosen } from '/page.js'
whenChosen(file => upload(file, { params: '/api/upload-params' }))`

/** What of the package was requested, but for the entry. */
const lazy = requested => requested.filter(path => path.startsWith(pkg)).map(path => path.slice(pkg.length))
  .filter(path => !['index.js', 'js.js', 'slim.js'].includes(path)).sort()

const glue = 'generated/oss_direct_upload_bg.js'

test('a page without a policy uses the inlined wasm', async () => {
  const { engine, warnings, requested } = await world.upload(page('default', main('index')))
  assert.deepEqual({ engine, warnings }, { engine: 'wasm', warnings: [] })
  assert.deepEqual(lazy(requested), ['generated/inline.js', glue])
})

test("under script-src 'self' 'wasm-unsafe-eval' it uses wasm", async context => {
  const { engine, warnings, requested } = await world.upload({ ...page('default', main('index')), csp: withWasm })
  context.diagnostic(`${withWasm}: ${engine}`)
  assert.deepEqual({ engine, warnings }, { engine: 'wasm', warnings: [] })
  assert.deepEqual(lazy(requested), ['generated/inline.js', glue])
})

test("under script-src 'self' it uses JavaScript, does not download the wasm, and gives one hint", async context => {
  const { engine, warnings, requested } = await world.upload({ ...page('default', main('index')), csp: strict })
  context.diagnostic(`${strict}: ${engine}`)
  assert.equal(engine, 'js')
  assert.deepEqual(lazy(requested), [glue, 'generated/wasm2js.js'])
  assert.equal(warnings.length, 1)
  assert.match(warnings[0], /'wasm-unsafe-eval'/)
})

test('without WebAssembly it uses JavaScript, and says nothing: the page can do nothing about it', async () => {
  const { folder, path } = page('without', `import '/without-wasm.js'\n${main('index')}`)
  writeFileSync(join(folder, 'without-wasm.js'), 'delete globalThis.WebAssembly')
  const { engine, warnings, requested } = await world.upload({ folder, path })
  assert.deepEqual({ engine, warnings }, { engine: 'js', warnings: [] })
  assert.deepEqual(lazy(requested), [glue, 'generated/wasm2js.js'])
})

test('`/js` uses no wasm', async () => {
  const { engine, requested } = await world.upload(page('js', main('js')))
  assert.equal(engine, 'js')
  assert.deepEqual(lazy(requested), [glue, 'generated/wasm2js.js'])
})

const wasm = '/node_modules/oss-direct-upload/pkg/oss_direct_upload.wasm'

const slim = init => `
import { init, upload } from '/node_modules/oss-direct-upload/pkg/slim.js'
import { whenChosen } from '/page.js'
whenChosen(async file => {
  ${init}
  return upload(file, { params: '/api/upload-params' })
})`

test('`/slim` fetches the wasm that it is told of', async () => {
  const { engine, requested } = await world.upload(page('slim', slim(`await init(new URL('${wasm}', location.href))`)))
  assert.equal(engine, 'wasm')
  assert.deepEqual(lazy(requested), [glue, 'oss_direct_upload.wasm'])
  assert.equal(requested.filter(path => path === wasm).length, 1)
})

test('a load that failed is tried again', async () => {
  const twice = `
  const failure = await init('${wasm}').catch(error => error)
  if (!String(failure).includes('503')) throw new Error('the first load was to fail: ' + failure)
  await init('${wasm}')`
  const { engine, requested } = await world.upload({ ...page('again', slim(twice)), fail: [wasm] })
  assert.equal(engine, 'wasm')
  assert.equal(requested.filter(path => path === wasm).length, 2)
})

// HTML allows it since whatwg/html#10327: older Firefoxes keep a failed import for as long as the page lives.
const keepsFailures = browser === 'firefox' && 'Firefox 153 does not fetch a module again that it failed to fetch'

test('so is an upload whose chunk could not be loaded', { skip: keepsFailures }, async () => {
  const twice = main('index').replace('upload(file, { params', "upload(file, { params: '/api/upload-params' }).catch(() => upload(file, { params")
    .replace("' }))", "' })))")
  const { engine } = await world.upload({ ...page('chunk', twice), fail: [`${pkg}generated/inline.js`] })
  assert.equal(engine, 'wasm')
})

test('a failure is in words at once: nothing more is loaded for it', async () => {
  const failing = `
import { ready, upload } from '/node_modules/oss-direct-upload/pkg/index.js'
import { whenChosen } from '/page.js'
const words = (file, locale) => upload(file, { params: () => ({}), locale }).catch(({ code, message, hint }) => [code, message, hint])
whenChosen(async file => {
  const said = [await words(file, 'en'), await words(file, 'zh-CN')]
  return { ...await upload(file, { params: '/api/upload-params' }), said }
})`
  const { result, requested } = await world.upload(page('failing', failing))
  assert.deepEqual(lazy(requested), ['generated/inline.js', glue])
  const [english, chinese] = result.said
  assert.deepEqual([english[0], chinese[0]], ['INVALID_PARAMS', 'INVALID_PARAMS'])
  assert.match(english[1], /^The backend's answer holds no upload parameters/)
  assert.equal(english[2], "Compare the backend's answer with the shapes in the README.")
  assert.match(chinese[1], /\p{Script=Han}/u)
  assert.equal(chinese[2], '请将后端的返回与 README 中列出的格式对照。')
})

test('an import alone loads nothing, runs nothing', async () => {
  const { requested } = await world.upload(page('idle', `import '/node_modules/oss-direct-upload/pkg/index.js'\n${main('js')}`))
  assert.deepEqual(lazy(requested), [glue, 'generated/wasm2js.js'])
})

// The README's promises: every snippet runs as printed (its quick start does in tests/package), and the CORS rule is one under which uploads are verified.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from './wait.mjs'
import { useWorld } from './world.mjs'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const fences = language => [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code]) => code)

const world = useWorld()

/** What the snippets find on their page: files, a progress bar, a button, and a backend that signs at `/sign`. */
const surroundings = name => `
  const file = new File(['a file'], '${name}', { type: 'text/plain' })
  const files = [file, file]
  const bar = document.createElement('progress')
  const cancelButton = document.createElement('button')
  const zone = document.createElement('div')
  const { fetch: realFetch } = globalThis
  globalThis.fetch = (address, options) => {
    if (address !== '/sign') return realFetch(address, options)
    const { name } = JSON.parse(options.body)
    return realFetch('/api/upload-params?size=6&fileName=' + encodeURIComponent(name), { signal: options.signal })
  }`

/** Where a snippet waits for a drop, there is one. */
const after = `
  if (zone.ondrop) {
    await zone.ondrop({ preventDefault() {}, dataTransfer: { files: [file] } })
    await uploader.idle()
  }`

/** With the addresses under which the stand-in's site serves the package. */
const served = code => code.replace(/'oss-direct-upload(?:\/(\w+))?'/g, (_, entry = 'index') => `'/pkg/${entry}.js'`)

async function run(code, name) {
  const source = served(code)
  await world.openBlank()
  await world.driver.executeScript(`
    const script = document.createElement('script')
    script.type = 'module'
    script.textContent = arguments[0]
    addEventListener('error', event => { globalThis.ended = 'failed: ' + event.message })
    addEventListener('unhandledrejection', event => { globalThis.ended = 'failed: ' + event.reason })
    document.head.append(script)`, `${surroundings(name)}\n${source}\n${after}\nglobalThis.ended = 'done'`)
  return until('the snippet ends', () => world.driver.executeScript('return globalThis.ended'))
}

const snippets = fences('js')

test('the README has snippets', () => assert.ok(snippets.length >= 4, `${snippets.length}`))

for (const [index, code] of snippets.entries()) {
  const call = /(?:await |const \w+ = )(?:await )?(\w+)\(/.exec(code)[1]
  test(`snippet ${index + 1} (${call}) uploads what it says`, async () => {
    const name = `readme-${index}.txt`
    assert.equal(await run(code, name), 'done')
    const stored = await world.objects(name)
    assert.equal(stored.length, code.includes('of files') ? 2 : 1)
    assert.ok(stored.every(object => object.size === 6))
  })
}

test('the form with the element runs as printed', async () => {
  const [, html] = /<!-- element -->\n```html\n(.*?)```/s.exec(readme)
  await writeFile(join(world.www.path, 'readme.html'), `<!doctype html><html lang="en"><title>As printed</title><link rel="icon" href="data:,">${served(html)}`)
  await world.driver.get(new URL('/readme.html', world.standin.site).href)
  await until('the element is there', () => world.driver.executeScript(`return document.querySelector('oss-upload').shadowRoot?.getElementById('files')`))
  await world.give([{ name: 'readme.png', type: 'image/png', size: 10 }, { name: 'readme.txt', type: 'text/plain', size: 10 }], 'drop')
  const { key } = await world.untilRow('readme.png', 'done')
  await world.untilRow('readme.txt', 'failed')
  await world.press('readme.txt', 'remove')
  const [isValid, photos] = await world.driver.executeScript(`
    const form = document.querySelector('form')
    return [form.checkValidity(), new FormData(form).getAll('photos')]`)
  assert.deepEqual([isValid, photos], [true, [key]])
  assert.equal((await world.objects(key)).length, 1)
})

test('the CORS rule is the one that the stand-in judges by', async () => {
  const rule = JSON.parse(/<!-- cors-rule -->\n```json\n(.*?)```/s.exec(readme)[1])
  const answer = await fetch(`${world.standin.oss}/hbr-temp-bucket/`, {
    method: 'OPTIONS',
    headers: { Origin: world.standin.site, 'Access-Control-Request-Method': rule.AllowedMethod[0] }
  })
  assert.equal(answer.status, 200)
  const exposed = answer.headers.get('access-control-expose-headers').toLowerCase().split(/\s*,\s*/)
  assert.deepEqual(exposed.toSorted(), rule.ExposeHeader.map(name => name.toLowerCase()).toSorted())
})

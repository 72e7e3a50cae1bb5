// The demo page's address may be written by anybody: whatever it says, the page lives, and a file goes nowhere else.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { By } from 'selenium-webdriver'
import { KiB } from './bytes.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

/** The hosts that the page has asked for anything. */
const hosts = () => world.driver.executeScript(`
  return [...new Set(performance.getEntriesByType('resource').map(entry => new URL(entry.name).hostname))].toSorted()`)

const strange = [
  { route: '__proto__' }, { route: 'toString' }, { route: 'constructor' }, { route: '' },
  { params: '%' }, { params: '//elsewhere.example/x' }, { params: 'https://elsewhere.example/' }, { params: '\\\\elsewhere.example/x' },
  { params: 'http://[' }, { params: 'javascript:alert(1)' }, { params: 'data:application/json,{}' }
]

for (const [index, choices] of strange.entries()) {
  test(`?${new URLSearchParams(choices)}: the page lives, and asks its own backend`, async () => {
    const name = `settings-${index}.bin`
    await world.openPage(choices)
    assert.equal(await world.driver.findElement(By.css('[name=route]:checked')).getAttribute('value'), 'temp')
    assert.equal(await world.driver.findElement(By.id('route-note')).getText(), '/api/upload-params')
    await world.give([{ name, size: KiB }], 'drop')
    await world.untilRow(name, 'done')
    assert.equal((await world.objects(name)).length, 1)
    for (const host of await hosts()) assert.match(host, /^(127\.0\.0\.1|localhost|.*\.localhost)$/)
  })
}

test('?params=% as it is typed, not escaped', async () => {
  await world.openPage()
  await world.driver.get(`${new URL('/?lang=en&params=%', world.standin.site)}`)
  await world.give([{ name: 'settings-raw.bin' }])
  await world.untilRow('settings-raw.bin', 'done')
})

test('?params= with a path of this origin is asked', async () => {
  await world.openPage({ params: '/api/policy/v4' })
  assert.equal(await world.driver.findElement(By.id('route-note')).getText(), '/api/policy/v4')
  await world.give([{ name: 'settings-v4.bin' }])
  await world.untilRow('settings-v4.bin', 'done')
})

test('the page says of the one route that is unproven, and of no other, that it is', async () => {
  const caution = async choices => {
    await world.openPage(choices)
    return world.driver.findElement(By.id('ens-unproven')).getText()
  }
  assert.match(await caution({ route: 'ens' }), /^Unproven .*EOS.* name neither PostObject nor CORS\.$/)
  assert.match(await caution({ route: 'ens', lang: 'zh-CN' }), /尚未证实.*EOS.*PostObject.*CORS/)
  assert.match(await caution({ params: '/api/ens/upload-params?fault=slow@1' }), /^Unproven /)
  for (const route of ['temp', 'v1', 'v4']) assert.equal(await caution({ route }), '')
})

test("the page's policy forbids other hosts, inline scripts, and frames", async () => {
  await world.openPage()
  const seen = await world.driver.executeAsyncScript(`
    const done = arguments[0]
    const blocked = []
    document.addEventListener('securitypolicyviolation', event => blocked.push(event.effectiveDirective))
    fetch('http://elsewhere.example/').catch(() => {})
    const script = document.createElement('script')
    script.textContent = 'globalThis.ran = true'
    document.head.append(script)
    document.body.append(Object.assign(document.createElement('iframe'), { src: '/' }))
    setTimeout(() => done({ ran: globalThis.ran ?? false, blocked: blocked.toSorted() }), 200)`)
  assert.deepEqual(seen, { ran: false, blocked: ['connect-src', 'frame-src', 'script-src-elem'] })
})

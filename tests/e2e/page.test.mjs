// The demo page for its visitors: by keyboard, by screen reader, in two languages, on a phone, in the dark.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { By, Key } from 'selenium-webdriver'
import { inProject } from '../../scripts/project.mjs'
import { assertAccessible } from './axe.mjs'
import { KiB, MiB } from './bytes.mjs'
import { engine } from './browser.mjs'
import { until } from './wait.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

// More than the buffers between browser and OSS hold, so that an upload can be interrupted.
const BIG = 48 * MiB

const byId = id => world.driver.findElement(By.id(id))
const focused = () => world.driver.executeScript(`
  const outer = document.activeElement
  const it = outer.shadowRoot?.activeElement ?? outer
  if (it === document.body) return null
  return it.id || it.value || [it.dataset.action ?? it.dataset.all ?? it.dataset.fault ?? it.localName, it.closest('[data-name]')?.dataset.name].filter(Boolean).join(' ')`)

/** Not getText(): the place is for ears only. */
const untilAnnounced = text => {
  const announced = () => world.driver.executeScript(`return document.querySelector('oss-upload').shadowRoot.querySelector('[role=status]').textContent`)
  return until(`it says ${JSON.stringify(text)}`, async () => await announced() === text, { describe: announced })
}

/** One file in each state that stays: done, failed, paused, under way. */
async function fillQueue() {
  await world.give([{ name: 'done.bin', size: 2 * KiB }])
  await world.untilRow('done.bin', 'done')
  await world.give([{ name: 'fault=slow@1000,paused.bin', size: MiB }, { name: 'fault=slow@1000,running.bin', size: MiB }])
  await world.untilRow('fault=slow@1000,paused.bin', 'uploading')
  await world.press('fault=slow@1000,paused.bin', 'pause')
  await world.untilRow('fault=slow@1000,paused.bin', 'paused')
  await world.untilRow('fault=slow@1000,running.bin', 'uploading')
}

async function cancelAll() {
  await world.pressAll('cancel')
  await until('nothing is pending', () => world.driver.executeScript(`return document.querySelector('oss-upload').progress.pending === 0`))
}

// Only Chromium can be told the colour scheme.
for (const scheme of engine === 'chromium' ? ['light', 'dark'] : ['as the browser comes']) {
  test(`accessible, ${scheme}`, async () => {
    if (engine === 'chromium') {
      await world.driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] })
    }
    await world.openPage()
    await assertAccessible(world.driver, 'without a file')
    await fillQueue()
    await assertAccessible(world.driver, 'with files')
    await cancelAll()
    await world.openPage({ params: '/api/upload-params?fault=success-false' })
    await world.give([{ name: 'refused.bin' }])
    await world.untilRow('refused.bin', 'failed')
    await assertAccessible(world.driver, 'with an error')
  })
}

test('by keyboard: every control is reached, and pressed buttons keep the place', async () => {
  await world.openPage()
  await fillQueue()
  const pause = await world.inElement('[data-name*="running"] [data-action=pause]')
  await world.driver.executeScript('arguments[0].focus()', pause)
  await world.driver.actions().sendKeys(Key.ENTER).perform()
  await world.untilRow('fault=slow@1000,running.bin', 'paused')
  assert.equal(await focused(), 'resume fault=slow@1000,running.bin')

  // Last, because in some engines the next place after the page is in the browser's own bars.
  const reached = []
  await world.driver.executeScript('document.getElementById("language").focus()')
  for (let i = 0; i < 60; i += 1) {
    const id = await focused()
    if (id === null || reached.includes(id)) break
    reached.push(id)
    await world.driver.actions().sendKeys(Key.TAB).perform()
  }
  for (const id of ['language', 'temp', 'choose', 'choose-folder', 'cancel', 'clear', 'remove done.bin', 'resume fault=slow@1000,paused.bin',
    'resume fault=slow@1000,running.bin', 'copy', 'html', 'wrong-crc', 'inspected']) {
    assert.ok(reached.includes(id), `${id} in ${reached}`)
  }
  await cancelAll()
})

test('a button that is gone hands the keyboard to the next', async () => {
  await world.openPage()
  await world.give([{ name: 'one.bin' }, { name: 'two.bin' }, { name: 'three.bin' }])
  for (const name of ['one.bin', 'two.bin', 'three.bin']) await world.untilRow(name, 'done')
  const remove = await world.inElement('[data-name="two.bin"] [data-action=remove]')
  await world.driver.executeScript('arguments[0].focus()', remove)
  const press = async next => {
    await world.driver.actions().sendKeys(Key.ENTER).perform()
    await until(`the keyboard is at ${next}`, async () => await focused() === next, { describe: focused })
  }
  await press('remove three.bin')
  await press('remove one.bin')
  await press('choose')
})

test('said aloud: files added, done, failed and cancelled, each with its name', async () => {
  await world.openPage()
  await world.give([{ name: 'spoken.bin', size: KiB }])
  await world.untilRow('spoken.bin', 'done')
  await untilAnnounced('spoken.bin: uploaded')
  await world.give([{ name: 'fault=slow@1000,cut.bin', size: MiB }])
  await untilAnnounced('1 file added')
  await world.untilRow('fault=slow@1000,cut.bin', 'uploading')
  await world.press('fault=slow@1000,cut.bin', 'cancel')
  await world.untilRow('fault=slow@1000,cut.bin', 'aborted')
  await untilAnnounced('fault=slow@1000,cut.bin: cancelled')
  await world.openPage({ params: '/api/upload-params?fault=success-false' })
  await world.give([{ name: 'refused.bin' }])
  const row = await world.untilRow('refused.bin', 'failed')
  await untilAnnounced(`refused.bin: failed. ${row.message}`)
})

test('pause tells how far it was, and resume sends the file again from its first byte', async () => {
  const name = `fault=slow@${16 * MiB},resumed.bin`
  await world.openPage()
  await world.give([{ name, size: BIG }])
  await until('something is sent', async () => (await world.row(name))?.ratio > 0)
  await world.press(name, 'pause')
  const { text, ratio } = await world.untilRow(name, 'paused')
  assert.ok(ratio > 0, text)
  assert.match(text, new RegExp(`was at ${Math.floor(ratio * 100)}%, starts again at 0%`))
  await world.press(name, 'resume')
  await world.untilRow(name, 'done')
  assert.equal((await world.objects(name)).length, 1)
  assert.deepEqual((await world.posts(name)).map(post => post.outcome), ['cut', 'stored'])
})

test('a cancelled file can be uploaded after all', async () => {
  const name = `fault=slow@${16 * MiB},retried.bin`
  await world.openPage()
  await world.give([{ name, size: BIG }])
  await world.untilRow(name, 'uploading')
  await world.press(name, 'cancel')
  await world.untilRow(name, 'aborted')
  await world.press(name, 'retry')
  await world.untilRow(name, 'done')
  assert.equal((await world.objects(name)).length, 1)
})

test('all at once: pause, resume, cancel, clear', async () => {
  const files = [1, 2, 3, 4, 5].map(number => ({ name: `fault=slow@1000,all-${number}.bin`, size: MiB }))
  await world.openPage()
  await world.give(files)
  await world.untilRow(files[0].name, 'uploading')
  const allAre = async states => (await world.rows()).every(row => states.includes(row.state))
  await world.pressAll('pause')
  await until('all are paused', () => allAre(['paused']))
  await world.pressAll('resume')
  await until('none is paused', async () => (await world.rows()).every(row => row.state !== 'paused'))
  await cancelAll()
  await until('all are shown as cancelled', () => allAre(['aborted']))
  await world.pressAll('clear')
  await until('the list is empty', async () => (await world.rows()).length === 0)
})

test('language and route are kept in the address', async () => {
  await world.openPage()
  await world.give([{ name: 'languages.bin', size: 10 }])
  await world.untilRow('languages.bin', 'done')
  await world.driver.findElement(By.css('#language option[value="zh-CN"]')).click()
  await world.driver.findElement(By.css('[name=route][value="v4"]')).click()
  await until('the row is in Chinese', async () => (await world.row('languages.bin')).text.startsWith('已上传'))
  assert.equal(await world.driver.executeScript('return document.documentElement.lang'), 'zh-CN')
  await world.driver.navigate().refresh()
  await until('the page is ready', () => world.driver.executeScript('return "ready" in document.documentElement.dataset'))
  assert.equal(await world.driver.findElement(By.css('h1')).getText(), '文件直传到存储空间')
  assert.equal(await world.driver.findElement(By.css('[name=route]:checked')).getAttribute('value'), 'v4')
  assert.equal(await world.driver.executeScript(`return document.querySelector('oss-upload').params`), '/api/policy/v4')
})

const texts = id => world.driver.executeScript('return [...document.getElementById(arguments[0]).children].map(({ textContent }) => textContent)', id)

test('the inspector: the policy in words, the form in order, no secret, and every attempt', async () => {
  const name = 'fault=http500@1,inspected.bin'
  await world.openPage({ route: 'v1' })
  await world.give([{ name, size: 5 * KiB }])
  await world.untilRow(name, 'done')
  const { attempts } = await world.facts(name)
  assert.equal(attempts, '2')
  const fields = await until('the form is shown', async () => {
    const shown = await texts('fields')
    return shown.length > 0 && shown
  })
  const names = fields.filter((_, index) => index % 2 === 0)
  assert.deepEqual([names[0], names.at(-1)], ['key', 'file'])
  for (const secret of ['policy', 'Signature']) assert.match(fields[fields.indexOf(secret) + 1], /^•+ \(\d+ characters\)$/)
  const policy = await texts('policy')
  assert.ok(policy.includes('bucket is demo-bucket'), policy.join('; '))
  assert.ok(policy.some(line => /^It ends at 20\d\d-/.test(line)), policy.join('; '))
  const timeline = await texts('timeline')
  assert.equal(timeline.filter(line => line.includes('attempt')).length, 2, timeline.join('; '))
  assert.match(timeline.find(line => line.includes('attempt 1')), /OSS_REFUSED; next in \d+ ms/)
})

test('each fault of the menu ends as it should, with code, message and hint; the policy is shown of a file that was not sent', async () => {
  const expected = {
    html: 'INVALID_PARAMS', 403: 'PARAMS_REFUSED', 'missing@Signature': 'INVALID_PARAMS', 'foreign-signature': 'OSS_REFUSED',
    'max-size@1000': 'POLICY_VIOLATION', 'html@200': 'INVALID_RESPONSE', 'callback-failed': 'CALLBACK_FAILED', 'http500@2': undefined
  }
  await world.openPage()
  for (const [index, [fault, code]] of Object.entries(expected).entries()) {
    await world.driver.findElement(By.css(`[data-fault="${fault}"]`)).click()
    const row = await until(`${fault} has ended`, async () => (await world.rows()).find(({ name, state }) => name.startsWith(`what-if-${index + 1}`) && ['done', 'failed'].includes(state)))
    assert.equal(row.code, code, fault)
    const facts = await world.facts(row.name)
    assert.equal(facts.code, code, fault)
    if (code) assert.ok(facts.message.length > 10 && facts.hint.length > 10, JSON.stringify(facts))
    if (fault === 'max-size@1000') assert.ok((await texts('policy')).includes('the file has 0 to 1000 bytes'))
  }
  assert.equal(await world.driver.executeScript(`return document.querySelector('oss-upload').params`), '/api/upload-params')
})

test('the code names what is chosen, and can be copied', async () => {
  await world.openPage({ route: 'v1' })
  const code = await byId('code').getText()
  assert.match(code, /<oss-upload params="\/api\/policy\/v1"/)
  // A script of the page's own site: what WebDriver's sets, the page does not see in every engine.
  await writeFile(join(world.www.path, 'clipboard.js'), 'navigator.clipboard.writeText = async text => { document.title = text }')
  await world.driver.executeAsyncScript(`
    const [done] = arguments
    document.head.append(Object.assign(document.createElement('script'), { src: '/clipboard.js', onload: done }))`)
  await byId('copy').click()
  const squeezed = text => text.replace(/\s+/g, ' ').trim()
  await until('it is copied', async () => squeezed(await world.driver.getTitle()) === squeezed(code))
})

test("the page's own JavaScript is short", () => {
  const lines = readdirSync(inProject('www')).filter(file => file.endsWith('.js'))
    .map(file => readFileSync(inProject('www', file), 'utf8').split('\n').length - 1)
  assert.ok(lines.reduce((sum, count) => sum + count) < 300, `${lines}`)
})

// Only Chromium measures how much the layout shifts, and can be told a window's size.
if (engine === 'chromium') {
  for (const [width, height] of [[360, 740], [768, 1000], [1440, 900]]) {
    test(`nothing jumps, ${width} px wide: from the first paint to files that fail`, async () => {
      await world.driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
      try {
        await world.openPage({ lang: 'zh-CN' })
        await world.driver.executeScript(`
          globalThis.shift = 0
          new PerformanceObserver(list => {
            for (const entry of list.getEntries()) shift += entry.value
          }).observe({ type: 'layout-shift', buffered: true })`)
        await fillQueue()
        await world.driver.findElement(By.css('[data-fault="max-size@1000"]')).then(button => world.driver.executeScript('arguments[0].click()', button))
        await until('it has failed', async () => (await world.rows()).some(({ state }) => state === 'failed'))
        await cancelAll()
        const [shift, top, bottom] = await world.driver.executeScript(`
          const { top, bottom } = document.querySelector('oss-upload').shadowRoot.querySelector('li').getBoundingClientRect()
          return [shift, top, bottom]`)
        console.log(`${width} px: shifted by ${shift.toFixed(4)}; the first row is at ${Math.round(top)} to ${Math.round(bottom)} px`)
        assert.ok(shift < 0.05, `${shift}`)
        assert.ok(bottom < height, 'the first row is in view')
      } finally {
        await world.driver.sendDevToolsCommand('Emulation.clearDeviceMetricsOverride', {})
      }
    })
  }
}

test('fits a phone: nothing is wider than the window', async () => {
  await world.openBlank()
  // A frame has a window of its own, which every engine lets be as narrow as a phone.
  await world.driver.executeScript(`
    const frame = Object.assign(document.createElement('iframe'), { src: '/?lang=en', width: 360, height: 800 })
    document.body.replaceChildren(frame)
    return new Promise(resolve => { frame.onload = resolve })`)
  await world.driver.switchTo().frame(0)
  await until('the page is ready', () => world.driver.executeScript('return "ready" in document.documentElement.dataset'))
  await world.give([{ name: `${'very-long-name-'.repeat(12)}.jpeg`, size: 10 }])
  await until('it is done', async () => (await world.rows())[0]?.state === 'done')
  const [shown, wide, window] = await world.driver.executeScript(`
    return [matchMedia('(max-width: 40rem)').matches, document.documentElement.scrollWidth, innerWidth]`)
  await world.driver.switchTo().defaultContent()
  assert.equal(shown, true, 'as on a phone')
  assert.ok(wide <= window, `${wide} px in a window of ${window} px`)
})

// The demo page for its visitors: by keyboard, by screen reader, in two languages, on a phone, in the dark.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { By, Key } from 'selenium-webdriver'
import { KiB, MiB } from './bytes.mjs'
import { engine } from './browser.mjs'
import { until } from './wait.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// More than the buffers between browser and OSS hold, so that an upload can be interrupted.
const BIG = 48 * MiB

const byId = id => world.driver.findElement(By.id(id))
/** Not getText(): the place is for ears only. */
const untilAnnounced = text => {
  const announced = () => world.driver.executeScript('return document.getElementById("announcements").textContent')
  return until(`it says ${JSON.stringify(text)}`, async () => await announced() === text, { describe: announced })
}

/** The rules of WCAG 2 and best practice that a machine can judge; contrast included. */
async function assertAccessible(what) {
  await world.driver.executeScript(`if (!globalThis.axe) { ${axe} }`)
  const problems = await world.driver.executeAsyncScript(`
    const done = arguments[0]
    axe.run().then(result => done(result.violations.map(({ id, nodes }) => id + ': ' + nodes.map(node => node.html).join(' '))), error => done([String(error)]))`)
  assert.deepEqual(problems, [], what)
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
  await byId('cancel-all').click()
  await until('nothing is pending', () => world.driver.executeScript('return document.getElementById("total").dataset.pending === "0"'))
}

// Only Chromium can be told the colour scheme.
for (const scheme of engine === 'chromium' ? ['light', 'dark'] : ['as the browser comes']) {
  test(`accessible, ${scheme}`, async () => {
    if (engine === 'chromium') {
      await world.driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] })
    }
    await world.openPage()
    await assertAccessible('without a file')
    await fillQueue()
    await assertAccessible('with files')
    await cancelAll()
    await world.openPage({ params: '/api/upload-params?fault=success-false' })
    await world.give([{ name: 'refused.bin' }])
    await world.untilRow('refused.bin', 'failed')
    await assertAccessible('with an error')
  })
}

test('by keyboard: every control is reached, and pressed buttons keep the place', async () => {
  await world.openPage()
  await fillQueue()
  await world.driver.executeScript(`document.querySelector('[data-name*="running"] [data-action="pause"]').focus()`)
  await world.driver.actions().sendKeys(Key.ENTER).perform()
  await world.untilRow('fault=slow@1000,running.bin', 'paused')
  assert.equal(await world.driver.executeScript('return document.activeElement.dataset.action'), 'resume')

  // Last, because in some engines the next place after the page is in the browser's own bars.
  const reached = []
  await world.driver.executeScript('document.getElementById("language").focus()')
  for (let i = 0; i < 40; i += 1) {
    const id = await world.driver.executeScript(`
      const it = document.activeElement
      return it === document.body ? null : it.id || [it.dataset.action ?? it.localName, it.closest('[data-name]')?.dataset.name].join(' ')`)
    if (id === null || reached.includes(id)) break
    reached.push(id)
    await world.driver.actions().sendKeys(Key.TAB).perform()
  }
  for (const id of ['language', 'files', 'route', 'cancel-all', 'remove done.bin', 'resume fault=slow@1000,paused.bin', 'resume fault=slow@1000,running.bin']) {
    assert.ok(reached.includes(id), `${id} in ${reached}`)
  }
  await cancelAll()
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

test('pause and resume: the file is sent again from its first byte, and stored once', async () => {
  const name = `fault=slow@${16 * MiB},resumed.bin`
  await world.openPage()
  await world.give([{ name, size: BIG }])
  await until('something is sent', async () => (await world.row(name))?.ratio > 0)
  await world.press(name, 'pause')
  await world.untilRow(name, 'paused')
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
  const allAre = async states => (await world.rows()).every(row => states.includes(row.state))
  await byId('pause-all').click()
  await until('all are paused', () => allAre(['paused']))
  await byId('resume-all').click()
  await until('none is paused', async () => (await world.rows()).every(row => row.state !== 'paused'))
  await cancelAll()
  assert.ok(await allAre(['aborted']))
  await byId('clear').click()
  assert.deepEqual(await world.rows(), [])
  assert.equal(await byId('queue').isDisplayed(), false)
})

test('language and route are kept in the address', async () => {
  await world.openPage()
  await world.give([{ name: 'languages.bin', size: 10 }])
  await world.untilRow('languages.bin', 'done')
  await world.driver.findElement(By.css('#language option[value="zh-CN"]')).click()
  await world.driver.findElement(By.css('#route option[value="v4"]')).click()
  const state = () => world.driver.findElement(By.css('[data-name="languages.bin"] [data-part="state"]')).getText()
  assert.equal(await state(), '已上传')
  assert.equal(await world.driver.executeScript('return document.documentElement.lang'), 'zh-CN')
  await world.driver.navigate().refresh()
  await until('the page is ready', () => world.driver.executeScript('return "ready" in document.documentElement.dataset'))
  assert.equal(await world.driver.findElement(By.css('h1')).getText(), '文件直传到存储空间')
  assert.equal(await byId('route').getAttribute('value'), 'v4')
})

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

// Pictures of the demo page, to be looked at: each width, colour scheme and language, and each state that a row can be in.
//
//   npm run build && BROWSER=chromium node tests/e2e/screenshots.mjs [FOLDER]        default: target/screenshots
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inTarget } from '../../scripts/project.mjs'
import { setUp } from '../../scripts/setup.mjs'
import { KiB, MiB } from './bytes.mjs'
import { engine } from './browser.mjs'
import { until } from './wait.mjs'
import { World } from './world.mjs'

const WIDTHS = { 360: 740, 768: 1000, 1440: 900 }
const LANGUAGES = ['en', 'zh-CN']
// Only Chromium can be told its width and its colour scheme.
const SCHEMES = engine === 'chromium' ? ['light', 'dark'] : ['']

const folder = process.argv[2] ?? inTarget('screenshots')
const world = new World()

const long = `fault=slow@${2 * MiB},${'A very long name of a holiday picture '.repeat(4)}2026-08.jpeg`
const paused = `fault=slow@${2 * MiB},paused.mp4`

/** In WebKit the driver finds nothing to click in a row that is out of view. */
async function press(name, action) {
  const { id } = await world.row(name)
  const button = await world.inElement(`[data-id="${id}"] [data-action="${action}"]`)
  await world.driver.executeScript('arguments[0].click()', button)
}

/** A row in each state. */
async function fill() {
  await addPicture()
  await world.give([{ name: '合同（最终版）.pdf', size: 2.4 * MiB, type: 'application/pdf' }])
  await world.untilRow('合同（最终版）.pdf', 'done')
  await world.give([{ name: paused, size: 24 * MiB, type: 'video/mp4' }])
  await until('something is sent', async () => (await world.row(paused))?.ratio > 0.1)
  await press(paused, 'pause')
  await world.untilRow(paused, 'paused')
  await world.give([{ name: 'fault=callback-failed,report.csv', size: 3 * KiB }])
  await world.untilRow('fault=callback-failed,report.csv', 'failed')
  await press('fault=callback-failed,report.csv', 'details')
  await world.driver.executeScript(`document.querySelector('[data-fault="max-size@1000"]').click()`)
  await until('it has failed', async () => (await world.rows()).filter(({ state }) => state === 'failed').length === 2)
  await world.give([{ name: long, size: 48 * MiB }])
  await until('something of it is sent', async () => (await world.row(long))?.ratio > 0)
  await world.give([{ name: 'fault=slow@1000,cancelled.txt', size: MiB }])
  await world.untilRow('fault=slow@1000,cancelled.txt', ['queued', 'uploading'])
  await press('fault=slow@1000,cancelled.txt', 'cancel')
  await world.untilRow('fault=slow@1000,cancelled.txt', 'aborted')
  await world.driver.executeScript(`document.querySelector('oss-upload').options = { retry: { minDelay: 60000, maxDelay: 60000 } }`)
  await world.give([{ name: 'fault=http500,waiting.mp3', size: MiB, type: 'audio/mpeg' }])
  await world.untilRow('fault=http500,waiting.mp3', 'waiting')
}

const addPicture = () => world.driver.executeScript(`
  const canvas = Object.assign(document.createElement('canvas'), { width: 600, height: 400 })
  const context = canvas.getContext('2d')
  const colours = context.createLinearGradient(0, 0, 600, 400)
  colours.addColorStop(0, 'orange')
  colours.addColorStop(1, 'teal')
  context.fillStyle = colours
  context.fillRect(0, 0, 600, 400)
  return new Promise(resolve => canvas.toBlob(resolve, 'image/png'))
    .then(blob => document.querySelector('oss-upload').add([new File([blob], 'sunset.png', { type: 'image/png' })]))`)

async function shoot(name, { whole = false } = {}) {
  const path = join(folder, `${engine}-${name}.png`)
  const image = engine === 'chromium' && whole
    ? (await world.driver.sendAndGetDevToolsCommand('Page.captureScreenshot', { captureBeyondViewport: true })).data
    : await world.driver.takeScreenshot()
  await writeFile(path, image, 'base64')
  console.log(path)
}

async function show(width, height, scheme) {
  if (engine !== 'chromium') return world.driver.manage().window().setRect({ width, height })
  await world.driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 })
  await world.driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] })
}

const call = method => world.driver.executeScript(`document.querySelector('oss-upload').${method}`)

await setUp(engine, 'fonts')
await mkdir(folder, { recursive: true })
await world.start()
try {
  for (const lang of LANGUAGES) {
    await show(1440, 900, SCHEMES[0])
    await world.openPage({ lang, route: 'v1' })
    const pictures = async (what, options) => {
      for (const [width, height] of Object.entries(WIDTHS)) {
        for (const scheme of SCHEMES) {
          await show(Number(width), height, scheme)
          await new Promise(resolve => setTimeout(resolve, 400))
          await shoot([what, width, scheme, lang].filter(Boolean).join('-'), options)
        }
      }
    }
    await pictures('empty')
    await fill()
    await pictures('full', { whole: true })
    await call('abort()')
    await call('clear()')
    await world.give(Array.from({ length: 1000 }, (_, index) => ({ name: `fault=slow@1000,IMG_${index}.jpg`, size: MiB / 8 + index * 10 })))
    await until('one is under way', () => world.rows().then(rows => rows.some(({ state }) => state === 'uploading')))
    await world.give([{ name: 'held.bin' }], 'over')
    await pictures('thousand')
    await call('abort()')
  }
} finally {
  await world.end()
}

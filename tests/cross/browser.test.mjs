// In a real browser, with no code of ours in the page: a plain HTML form, and Uppy's @uppy/aws-s3.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { By, until } from 'selenium-webdriver'
import { startStandin } from '../../scripts/standin.mjs'
import { openBrowser, resolvesLocalhostNames } from '../e2e/browser.mjs'
import { sha256, stored } from './world.mjs'

const pages = fileURLToPath(new URL('pages/', import.meta.url))
const bytes = randomBytes(1_000_003)
let folder
let standin
let browser

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cross-'))
  await cp(pages, folder, { recursive: true })
  await build({ entryPoints: [join(pages, 'uppy.js')], outfile: join(folder, 'uppy.js'), bundle: true, format: 'esm', logLevel: 'error', allowOverwrite: true })
  await writeFile(join(folder, '报告 2026.bin'), bytes)
  standin = await startStandin({ www: folder, pathStyle: !resolvesLocalhostNames })
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await standin?.stop()
  await rm(folder, { recursive: true })
})

test('a plain HTML form is stored, its submit button after the file included', async () => {
  const { driver } = browser
  await driver.get(`${standin.site}/form.html`)
  await driver.wait(until.elementLocated(By.css('form[action]')), 10_000)
  await driver.findElement(By.name('file')).sendKeys(join(folder, '报告 2026.bin'))
  const key = await driver.findElement(By.name('key')).getAttribute('value')
  await driver.findElement(By.name('submit')).click()
  // success_action_status is 201: OSS answers with XML, and the browser goes there.
  await driver.wait(async () => new URL(await driver.getCurrentUrl()).origin !== standin.site, 20_000)
  const source = await driver.getPageSource()
  assert.match(source, /PostResponse/)
  assert.match(source, /hbr-temp-bucket/)
  assert.equal(sha256(await stored(standin, 'hbr-temp-bucket', key)), sha256(bytes))
})

test('@uppy/aws-s3 uploads with what /api/policy/v4 signed', async () => {
  const { driver } = browser
  await driver.get(`${standin.site}/uppy.html`)
  await driver.findElement(By.id('file')).sendKeys(join(folder, '报告 2026.bin'))
  const output = await driver.findElement(By.id('output'))
  await driver.wait(until.elementTextMatches(output, /./), 30_000)
  const { successful, failed, key } = JSON.parse(await output.getText())
  assert.deepEqual({ successful, failed }, { successful: 1, failed: [] })
  assert.equal(sha256(await stored(standin, 'demo-bucket', key)), sha256(bytes))
})

test('@uppy/aws-s3 reports what OSS refuses', async () => {
  const { driver } = browser
  await driver.get(`${standin.site}/uppy.html?fault=foreign-signature`)
  await driver.findElement(By.id('file')).sendKeys(join(folder, '报告 2026.bin'))
  const output = await driver.findElement(By.id('output'))
  await driver.wait(until.elementTextMatches(output, /./), 30_000)
  const { successful, failed, key } = JSON.parse(await output.getText())
  assert.deepEqual([successful, failed.length], [0, 1])
  assert.equal(await stored(standin, 'demo-bucket', key), undefined)
})

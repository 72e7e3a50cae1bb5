// What every test needs: the stand-in with the demo page, a browser, and a folder for files.

import { copyFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { inProject } from '../../scripts/project.mjs'
import { startStandin } from '../../scripts/standin.mjs'
import { makeBytes, temporaryFolder } from './bytes.mjs'
import { openBrowser, resolvesLocalhostNames } from './browser.mjs'
import { until } from './wait.mjs'

/** Starts the world before the tests of a file, and ends it after them. */
export function useWorld(world = new World()) {
  before(() => world.start())
  after(() => world.end())
  return world
}

const TERMINAL = ['done', 'failed', 'aborted']

export class World {
  /** @param options further ones for the stand-in; `proxy`: host and port of one for what the browser asks by https */
  async start({ proxy, ...options } = {}) {
    this.folder = await temporaryFolder()
    this.www = await temporaryFolder()
    await cp(inProject('www'), this.www.path, { recursive: true })
    await copyFile(new URL('blank.html', import.meta.url), join(this.www.path, 'blank.html'))
    await cp(new URL('element', import.meta.url), join(this.www.path, 'element'), { recursive: true })
    this.standin = await startStandin({ pathStyle: !resolvesLocalhostNames, www: this.www.path, ...options })
    this.browser = await openBrowser(proxy)
    this.driver = this.browser.driver
  }

  async end() {
    await this.browser?.close()
    await this.standin?.stop()
    await this.folder?.remove()
    await this.www?.remove()
  }

  /**
   * Open the demo page anew, in English unless asked otherwise.
   * @param choices `{ route, lang, params }` as in the page's address
   */
  async openPage(choices = {}) {
    const address = new URL(this.standin.site)
    address.search = new URLSearchParams({ lang: 'en', ...choices })
    await this.driver.get(address.href)
    await until('the page is ready', () => this.driver.executeScript('return "ready" in document.documentElement.dataset'))
  }

  /** Open a page that shows nothing and forbids nothing: the demo page's policy allows no script of a test. */
  async openBlank(origin = this.standin.site) {
    await this.driver.get(new URL('/blank.html', origin).href)
  }

  /** Choose files on disk, as a person does. */
  async choose(...files) {
    const input = await this.driver.executeScript(`return document.querySelector('oss-upload').shadowRoot.getElementById('files')`)
    await input.sendKeys(files.map(file => file.path).join('\n'))
  }

  /**
   * Choose files that are made in the page, for what a file system or WebDriver does not allow.
   * @param files `[{ name, type, size, seed }]`
   * @param how 'choose', 'drop', 'over' (held above the element) or 'paste'
   */
  async give(files, how = 'choose') {
    await this.driver.executeScript(giveInPage.replace('MAKE_BYTES', () => String(makeBytes)), files, how)
  }

  /** What the element shows of each file, in its order, with what it says of the result. */
  rows() {
    return this.driver.executeScript(rowsInPage)
  }

  async row(name) {
    return (await this.rows()).find(row => row.name === name)
  }

  /** Wait until a file has reached one of these states; another end than that is an error at once. */
  untilRow(name, states, timeout = 180_000) {
    const wanted = [states].flat()
    return until(`${JSON.stringify(name)} is ${wanted.join(' or ')}`, async () => {
      const row = await this.row(name)
      if (wanted.includes(row?.state)) return row
      if (TERMINAL.includes(row?.state)) throw new Error(`${wanted} was wanted: ${JSON.stringify(row)}`)
    }, { timeout, describe: async () => JSON.stringify(await this.row(name)) })
  }

  /** What lies inside of the page's element. */
  inElement(selector) {
    return this.driver.executeScript(`return document.querySelector('oss-upload').shadowRoot.querySelector(arguments[0])`, selector)
  }

  /** What the page's inspector says of how a file ended. */
  async facts(name) {
    await this.driver.executeScript(`
      const select = document.getElementById('inspected')
      select.selectedIndex = [...select.options].findLastIndex(option => option.textContent === arguments[0].replace(/\\s+/g, ' '))
      select.dispatchEvent(new Event('change'))`, name)
    // It shows what there is with the next frame.
    return this.driver.executeAsyncScript(`
      const done = arguments[0]
      requestAnimationFrame(() => requestAnimationFrame(() => done(Object.fromEntries(
        [...document.querySelectorAll('#outcome dd')].map(fact => [fact.id.replace('fact-', ''), fact.textContent])))))`)
  }

  async press(name, action) {
    const { id, state } = await this.row(name)
    const button = await this.inElement(`[data-id="${id}"] [data-action="${action}"]`)
    await button.click()
    // Else the end of the last try would be taken for that of this one.
    if (action === 'retry') await until(`${JSON.stringify(name)} is tried again`, async () => (await this.row(name)).state !== state)
  }

  /** A button above the list: pause, resume, retry, cancel or clear, as soon as it is there. */
  async pressAll(action) {
    const button = await until(`one can ${action}`, () => this.inElement(`[data-all=${action}]:not([hidden])`))
    await button.click()
  }

  /**
   * Run an async function in the blank page, with the package's entry (and two helpers) as its first argument.
   * It comes as a module script: `import()` from a WebDriver script is not to be had in every engine.
   */
  async run(work, ...args) {
    await this.begin(work, ...args)
    return this.answer()
  }

  /** Of the work that was begun last. */
  async answer() {
    const answer = await until('the script in the page ends', () => this.driver.executeScript('return window.answer'), { timeout: 300_000 })
    if (answer.error) throw new Error(`in the page: ${answer.error}`)
    return answer.value
  }

  /** The same, but not waited for: `answer` does that. */
  async begin(work, ...args) {
    const source = `import * as oss from '/pkg/index.js'
      const makeBytes = ${makeBytes}
      const isForBackend = request => new URL(request.url ?? request, location.href).pathname.startsWith('/api/')
      const work = ${work}
      try { globalThis.answer = { value: await work({ ...oss, makeBytes, isForBackend }, ...${JSON.stringify(args)}) } }
      catch (error) { globalThis.answer = { error: String(error?.stack ?? error) } }`
    await this.driver.executeScript(`
      delete window.answer
      const script = document.createElement('script')
      script.type = 'module'
      script.textContent = arguments[0]
      script.onerror = () => { globalThis.answer = { error: 'the script could not be loaded' } }
      document.head.append(script)`, source)
  }

  /** What is stored under keys that hold this text. */
  async objects(text = '') {
    const answer = await fetch(`${this.standin.oss}/-/objects`)
    return (await answer.json()).filter(object => object.key.includes(text))
  }

  /** Let the stand-in forget an object, where many are stored. */
  async forget({ bucket, key }) {
    const path = key.split('/').map(encodeURIComponent).join('/')
    await fetch(`${this.standin.oss}/-/objects/${bucket}/${path}`, { method: 'DELETE' })
  }

  /** Every POST that OSS saw for keys that hold this text, with its outcome. */
  async posts(text) {
    const answer = await fetch(`${this.standin.oss}/-/requests?${new URLSearchParams({ key: text })}`)
    return answer.json()
  }
}

const giveInPage = `
  const [files, how] = arguments
  const makeBytes = MAKE_BYTES
  const data = new DataTransfer()
  for (const { name, type = '', size = 1, seed = size + 1 } of files) {
    data.items.add(new File([makeBytes(seed, size)], name, { type }))
  }
  const element = document.querySelector('oss-upload')
  const input = element.shadowRoot.getElementById('files')
  if (how === 'drop' || how === 'over') {
    for (const type of how === 'drop' ? ['dragover', 'drop'] : ['dragover']) {
      element.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    }
  } else if (how === 'paste') {
    // Firefox takes no files in the event's constructor.
    const event = new Event('paste', { bubbles: true, cancelable: true })
    document.body.dispatchEvent(Object.defineProperty(event, 'clipboardData', { value: data }))
  } else {
    input.files = data.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  }`

const rowsInPage = `
  const element = document.querySelector('oss-upload')
  const text = (row, selector) => row.querySelector(selector)?.textContent ?? ''
  return [...element.shadowRoot.querySelectorAll('li')].map(row => ({
    ...row.dataset,
    ratio: row.querySelector('progress')?.value,
    text: text(row, '.facts').trim(),
    key: text(row, '.key'),
    message: text(row, '.message'),
    hint: text(row, '.hint')
  }))`

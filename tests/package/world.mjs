// What the tests share: the packed tarball, the stand-in, a browser, a file to upload, and folders that go afterwards.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { By } from 'selenium-webdriver'
import { inProject } from '../../scripts/project.mjs'
import { startStandin } from '../../scripts/standin.mjs'
import { openBrowser, resolvesLocalhostNames } from '../e2e/browser.mjs'
import { temporaryFolder } from '../e2e/bytes.mjs'
import { until } from '../e2e/wait.mjs'
import { openFront } from './front.mjs'
import { filesWith, install, pack } from './project.mjs'

/** Whether the slow projects are wanted: `npm run test:package -- --all`. */
export const wantsAll = Boolean(process.env.PACKAGE_ALL)

export function useWorld() {
  const world = new World()
  before(() => world.start())
  after(() => world.end())
  return world
}

class World {
  #serial = 0
  #installed = new Map()

  async start() {
    this.folder = mkdtempSync(join(tmpdir(), 'oss-direct-upload-package-'))
    this.tarball = pack(this.folder)
    this.files = await temporaryFolder()
    this.standin = await startStandin({ pathStyle: !resolvesLocalhostNames })
    this.browser = await openBrowser()
    this.driver = this.browser.driver
  }

  async end() {
    await this.browser?.close()
    await this.standin?.stop()
    await this.files?.remove()
    if (this.folder) rmSync(this.folder, { recursive: true, force: true })
  }

  /** The folder of a project, installed when it is first asked for. */
  project(name) {
    if (!this.#installed.has(name)) this.#installed.set(name, install(name, this.tarball.path, this.folder))
    return this.#installed.get(name)
  }

  /**
   * Opens the page, uploads a file from disk, and compares what is stored. Gives what the page saw:
   * { result, engine, warnings, requested }.
   */
  async upload({ path = '/', describe = () => '', ...source }) {
    const front = await openFront({ site: this.standin.site, ...source })
    try {
      await until('the page is ready', async () => {
        await this.driver.get(front.origin + path)
        return until('it runs', () => this.driver.executeScript("return 'ready' in document.documentElement.dataset"), { timeout: 15_000 })
          .catch(() => false)
      }, { timeout: 120_000, describe })
      const file = await this.files.write(`stranger-${this.#serial += 1}.bin`, 300_000 + this.#serial)
      await this.driver.findElement(By.id('file')).sendKeys(file.path)
      const outcome = await until('the upload ends', () => this.driver.executeScript('return globalThis.outcome'), { timeout: 120_000, describe })
      assert.equal(outcome.error, undefined)
      await this.#isStored(file, outcome.result)
      return { ...outcome, requested: front.requested }
    } finally {
      front.close()
    }
  }

  /** What is stored under keys that hold this text. */
  async objects(text) {
    const objects = await (await fetch(`${this.standin.oss}/-/objects`)).json()
    return objects.filter(({ key }) => key.includes(text))
  }

  /** Every POST that OSS saw for keys that hold this text, with its outcome. */
  async posts(text) {
    return (await fetch(`${this.standin.oss}/-/requests?${new URLSearchParams({ key: text })}`)).json()
  }

  async #isStored(file, { key, verified }) {
    const stored = (await this.objects(key)).find(object => object.key === key)
    assert.equal(stored?.sha256, file.sha256)
    assert.equal(verified, true)
  }
}

/** The wasm once, in the form that the default entry brings it. */
export function hasOneWasm(folder) {
  assert.deepEqual(filesWith(folder, '\0asm').filter(path => path.endsWith('.wasm')), [], 'no .wasm file beside the inlined one')
  const inline = readFileSync(inProject('pkg', 'generated', 'inline.js'), 'utf8')
  const [, start] = /"(.{80})/.exec(inline)
  const copies = filesWith(folder, start)
  assert.equal(copies.length, 1, `the inlined wasm is in ${copies.join(', ') || 'no file'}`)
}

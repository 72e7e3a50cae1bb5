// What every step needs: the page, the sink, browsers, and a folder for files.
import { By } from 'selenium-webdriver'
import { engine, openBrowser } from '../e2e/browser.mjs'
import { temporaryFolder } from '../e2e/bytes.mjs'
import { until } from '../e2e/wait.mjs'
import { startSink } from './sink.mjs'
import { startSite } from './site.mjs'

export class World {
  engine = engine
  #visits = 0

  async start() {
    this.folder = await temporaryFolder()
    this.sink = await startSink()
    this.site = await startSite(this.sink.origin)
  }

  async end() {
    this.site?.stop()
    this.sink?.stop()
    await this.folder?.remove()
  }

  /** A path below which nothing is cached. */
  freshPath() {
    return `/v/${this.#visits += 1}`
  }

  /** A new browser with the page open, for the time of `use`. */
  async withPage(use, origin = this.site.origin) {
    const browser = await openBrowser()
    try {
      const page = new Page(browser, origin)
      await page.open()
      this.version ??= await page.version()
      return await use(page)
    } finally {
      await browser.close()
    }
  }
}

class Page {
  constructor({ driver, pid }, origin) {
    this.driver = driver
    this.pid = pid
    this.origin = origin
  }

  async open() {
    await this.driver.get(`${this.origin}/page/index.html`)
    await until('the page is ready', () => this.driver.executeScript('return "bench" in window'))
    if (engine === 'chromium') await this.driver.sendAndGetDevToolsCommand('Performance.enable', {})
  }

  async version() {
    const capabilities = await this.driver.getCapabilities()
    return `${capabilities.getBrowserName()} ${capabilities.getBrowserVersion()}`
  }

  choose({ path }) {
    return this.driver.findElement(By.id('files')).sendKeys(path)
  }

  /** Calls one of the page's functions (page/bench.js) and waits for what it gives. */
  async call(name, ...args) {
    const { value, error } = await this.driver.executeAsyncScript(`
      const [name, args, done] = arguments
      Promise.resolve().then(() => bench[name](...args))
        .then(value => done({ value }), error => done({ error: String(error && error.stack ? error.message + '\\n' + error.stack : error) }))`, name, args)
    if (error) throw new Error(`${name}(${args.map(arg => JSON.stringify(arg)).join(', ')}): ${error}`)
    return value
  }

  /** Seconds that the main thread was busy since the page began; only Chromium tells. */
  async mainThread() {
    if (engine !== 'chromium') return undefined
    const { metrics } = await this.driver.sendAndGetDevToolsCommand('Performance.getMetrics', {})
    return metrics.find(({ name }) => name === 'TaskDuration').value
  }

  /** Bytes that JavaScript holds, after a collection; only Chromium tells. */
  async heap() {
    if (engine !== 'chromium') return undefined
    const ask = (command, params = {}) => this.driver.sendAndGetDevToolsCommand(command, params)
    for (let i = 0; i < 3; i += 1) await ask('HeapProfiler.collectGarbage')
    const { usedSize, embedderHeapUsedSize = 0 } = await ask('Runtime.getHeapUsage')
    return usedSize + embedderHeapUsedSize
  }

  /** 100 ms of latency and 10 Mbit/s; for Chromium, which plays it itself. */
  slowDown({ latency, bytesPerSecond }) {
    return this.driver.setNetworkConditions({ offline: false, latency, download_throughput: bytesPerSecond, upload_throughput: bytesPerSecond })
  }
}

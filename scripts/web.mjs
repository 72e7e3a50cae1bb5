// The shell's tests (tests/web) in a real browser, by wasm-bindgen's runner.
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, inProject, inTarget, runAndRead } from './project.mjs'
import { target, wasmToolchain } from './setup/wasm_target.mjs'
import { startStandin } from './standin.mjs'

/** The stand-in's addresses go in at compile time: kept the same, nothing is recompiled. */
export async function testWeb({ name, driver, capabilities }) {
  // The runner's page is of another origin than the backend, which has to know it.
  const page = `127.0.0.1:${await freePort()}`
  process.env.UPLOAD_ALLOWED_ORIGINS = `http://${page}`
  const standin = await startOnUsualPort(8790, { pathStyle: name === 'webkit' })
  try {
    const { cargo, env } = wasmToolchain()
    mkdirSync(inTarget('wasm'), { recursive: true })
    const webdriver = inTarget('wasm', `webdriver-${name}.json`)
    writeFileSync(webdriver, JSON.stringify(capabilities))
    // Under WebKit the driver wants a display: all runs below what gives one.
    return await unlessNotLoaded(() => keepingThreads(page, () => runAndRead([...driver.slice(0, -1), ...cargo, 'test', '--package', 'oss-direct-upload', '--features', 'npm', '--target', target, '--test', 'web'], {
      env: {
        ...env,
        CARGO_TARGET_DIR: inTarget('wasm'),
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'wasm-bindgen-test-runner',
        WASM_BINDGEN_TEST_WEBDRIVER_JSON: webdriver,
        WASM_BINDGEN_TEST_ONLY_WEB: '1',
        WASM_BINDGEN_TEST_ADDRESS: page,
        WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION: '1',
        WASM_BINDGEN_TEST_TIMEOUT: '120',
        [{ chromium: 'CHROMEDRIVER', firefox: 'GECKODRIVER', webkit: 'SAFARIDRIVER' }[name]]: driver.at(-1),
        PATH: `${inProject('.tools', 'bin')}:${process.env.PATH}`,
        STANDIN_SITE: standin.site,
        STANDIN_OSS: standin.oss,
        STANDIN_API: standin.api
      }
    })))
  } finally {
    await standin.stop()
  }
}

/**
 * The runner's small server begins with four threads, and when two connections come at once for one of them, it leaves
 * the second waiting for as long as the first lasts. So its threads are taken by connections that nobody uses: each one
 * that comes later gets a thread of its own.
 */
async function keepingThreads(address, run) {
  const [host, port] = address.split(':')
  const held = []
  let hasEnded = false
  const running = run().finally(() => { hasEnded = true })
  // Whoever waits for what is returned hears of it.
  running.catch(() => {})
  while (!hasEnded && held.length < 6) {
    const socket = connect(Number(port), host)
    const isOpen = await new Promise(resolve => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)))
    socket.on('error', () => {})
    if (isOpen) held.push(socket)
    // One after the other, so that none of these waits either.
    await sleep(20)
  }
  return running.finally(() => { for (const socket of held) socket.destroy() })
}

/**
 * Should a page not load all the same, it is opened again. No test has run then, so none that failed is run twice.
 */
async function unlessNotLoaded(run, attempts = 4) {
  const result = await run()
  const notLoaded = !result.ok && result.output.includes('Failed to detect test as having been run') && !/^running \d+ test/m.test(result.output)
  if (!notLoaded || attempts === 1) return result
  console.log('The page with the tests did not load: once more.')
  return unlessNotLoaded(run, attempts - 1)
}

async function startOnUsualPort(port, options) {
  try {
    return await startStandin({ ...options, port })
  } catch {
    return startStandin(options)
  }
}

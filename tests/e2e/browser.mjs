// A browser under WebDriver: BROWSER is chromium (default), firefox or webkit.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Builder } from 'selenium-webdriver'
import { freePort } from '../../scripts/project.mjs'
import { browser } from '../../scripts/setup/browsers.mjs'
import { until } from './wait.mjs'

export const engine = process.env.BROWSER ?? 'chromium'

/** WebKitGTK asks the system's resolver, which knows no names below `localhost`. */
export const resolvesLocalhostNames = engine !== 'webkit'

/** All that goes by https goes through the proxy, and may show any certificate. */
function throughProxy(capabilities, proxy) {
  if (engine !== 'webkit') return { ...capabilities, acceptInsecureCerts: true, proxy: { proxyType: 'manual', sslProxy: proxy } }
  // WebKitGTK's driver does not pass a proxy on to its browser.
  const { binary, args } = capabilities['webkitgtk:browserOptions']
  const options = { binary, args: [...args, `--proxy=http://${proxy}`, '--ignore-host=127.0.0.1'] }
  return { ...capabilities, acceptInsecureCerts: true, 'webkitgtk:browserOptions': options }
}

/**
 * @param {string} [proxy] host and port of a proxy for https
 * @returns {Promise<{ driver: import('selenium-webdriver').WebDriver, pid: number, close(): Promise<void> }>}
 */
export async function openBrowser(proxy) {
  const { driver: [program, ...args], capabilities: own } = browser(engine)
  const capabilities = proxy ? throughProxy(own, proxy) : own
  const port = await freePort()
  // A process group of its own: under xvfb-run the driver is not our child but its.
  const service = spawn(program, [...args, `--port=${port}`], { stdio: 'ignore', detached: true })
  const killWithUs = () => signalGroup(service)
  process.on('exit', killWithUs)
  const server = `http://127.0.0.1:${port}`
  try {
    await until('the WebDriver program answers', async () => {
      if (service.exitCode !== null) throw new Error(`${program} ended with exit code ${service.exitCode}`)
      const answer = await fetch(`${server}/status`).catch(() => undefined)
      return answer?.ok
    })
    const driver = await new Builder()
      .disableEnvironmentOverrides()
      .usingServer(server)
      .withCapabilities({ ...capabilities, pageLoadStrategy: 'normal' })
      .build()
    await driver.manage().setTimeouts({ script: 300_000, pageLoad: 60_000 })
    return {
      driver,
      pid: service.pid,
      async close() {
        await driver.quit().catch(() => {})
        await end(service)
        process.off('exit', killWithUs)
      }
    }
  } catch (error) {
    await end(service)
    throw error
  }
}

// Interrupted tests must not leave browsers behind either.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const hasEnded = service => service.exitCode !== null || service.signalCode !== null

function signalGroup(service) {
  if (!hasEnded(service)) process.kill(-service.pid)
}

async function end(service) {
  if (hasEnded(service)) return
  const ended = once(service, 'exit')
  signalGroup(service)
  await ended
}

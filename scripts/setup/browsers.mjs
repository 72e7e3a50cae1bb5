// The three engines and their WebDriver programs.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, which } from '../project.mjs'
import { debianPackages, geckodriver } from '../versions.mjs'
import { cargoInstall } from './wasm_bindgen.mjs'

// No sandbox: it does not work for root and in most containers, and the pages are the project's own.
const chromiumFlags = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'
]

/** WebKitGTK's browser for automation lies outside PATH. */
function miniBrowser() {
  const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib', '/usr/libexec']
  for (const folder of libraries.filter(existsSync)) {
    for (const version of readdirSync(folder).filter(name => name.startsWith('webkit2gtk-4')).sort().reverse()) {
      const path = join(folder, version, 'MiniBrowser')
      if (existsSync(path)) return path
    }
  }
}

const find = {
  chromium: () => ({
    driver: process.env.CHROMEDRIVER ?? which('chromedriver'),
    binary: which('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
  }),
  firefox: () => ({ driver: process.env.GECKODRIVER ?? which('geckodriver'), binary: which('firefox', 'firefox-esr') }),
  webkit: () => ({ driver: which('WebKitWebDriver'), binary: miniBrowser() })
}

const capabilities = {
  chromium: binary => ({ browserName: 'chrome', 'goog:chromeOptions': { binary, args: chromiumFlags } }),
  firefox: binary => ({ browserName: 'firefox', 'moz:firefoxOptions': { binary, args: ['-headless'] } }),
  webkit: binary => ({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary, args: ['--automation'] } })
}

/**
 * How to drive a browser: start the program `driver` (an array: it may have to run under xvfb-run) with
 * `--port=N`, then ask it for a session with `capabilities`.
 */
export function browser(name) {
  if (!find[name]) throw new Failure(`--browser is one of ${Object.keys(find).join(', ')}, not "${name}"`)
  const { driver, binary } = find[name]()
  // WebKitGTK has no headless mode.
  const display = name === 'webkit' && !process.env.DISPLAY ? ['xvfb-run', '-a'] : []
  return { name, binary, driver: [...display, driver], capabilities: capabilities[name](binary) }
}

const found = name => Object.values(find[name]()).every(Boolean)

export const browsers = {
  chromium: [{
    name: 'Chromium and chromedriver',
    otherwise: 'install Chromium or Chrome and the chromedriver of the same version, both in PATH',
    debian: debianPackages.chromium,
    isMet: () => found('chromium')
  }],
  firefox: [{
    name: 'Firefox',
    otherwise: 'install Firefox, in PATH',
    debian: debianPackages.firefox,
    isMet: () => find.firefox().binary !== undefined
  }, {
    name: 'geckodriver',
    otherwise: 'put geckodriver in PATH',
    isMet: () => find.firefox().driver !== undefined,
    build: () => cargoInstall('geckodriver', geckodriver)
  }],
  webkit: [{
    name: 'WebKitGTK with its driver, and xvfb',
    otherwise: 'install WebKitGTK with WebKitWebDriver and MiniBrowser, and xvfb-run',
    debian: debianPackages.webkit,
    isMet: () => found('webkit') && which('xvfb-run') !== undefined
  }]
}

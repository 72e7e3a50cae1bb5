// The first upload of 1 KiB, each in a new browser: from `import()` to the resolved promise, or, where the page was ready
// before, from the file to the promise. On loopback, and on a network with 100 ms of latency and 10 Mbit/s.
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../e2e/wait.mjs'
import { takeTurns } from '../contenders.mjs'
import { addTo, makeResult } from '../results.mjs'
import { startSlowLink } from '../slow_link.mjs'

const slow = { latency: 100, bytesPerSecond: 1_250_000 }

// What a page imports; `early`: the page did so when it was loaded, made an uploader, and had time.
const starts = {
  ours: { path: '/contenders/ours.js' },
  // Not bundled, file by file.
  'ours, as published': { path: '/pkg/index.js' },
  'XHR + FormData': { path: '/contenders/xhr.js' },
  'fetch + FormData': { path: '/contenders/fetch.js' },
  Uppy: { path: '/contenders/uppy.js' },
  Dropzone: { path: '/contenders/dropzone.js' },
  'ali-oss': { path: '/contenders/ali_oss.js' },
  'ours, at page load': { path: '/contenders/ours.js', early: true },
  'XHR + FormData, at page load': { path: '/contenders/xhr.js', early: true }
}
const ours = ['ours', 'ours, at page load']

export async function first(world, { rounds }) {
  const near = makeResult('first', 'near', 'First 1 KiB in a new browser', { unit: 'ms', digits: 1, ours })
  const far = makeResult('first', 'far', 'First 1 KiB, 100 ms latency, 10 Mbit/s', { unit: 'ms', ours })
  const longest = makeResult('first', 'longest', 'First 1 KiB in a new browser: longest task', { unit: 'ms' })
  await takeTurns(Object.keys(starts), rounds, async name => {
    const seen = await world.withPage(page => measure(world, page, starts[name]))
    addTo(near, name, seen.ms)
    addTo(longest, name, seen.longest)
  })
  await onSlowNetwork(world, async withPage => {
    await takeTurns(Object.keys(starts), rounds, async name => {
      const { ms } = await withPage(page => measure(world, page, starts[name]))
      addTo(far, name, ms)
    })
  })
  return [near, far, longest]
}

async function measure(world, page, { path, early }) {
  const fresh = world.freshPath() + path
  // The browser is still busy with its own start.
  await pause(500)
  if (!early) return page.call('first', fresh)
  await page.call('prepare', fresh)
  const since = performance.now()
  await until('all is loaded', () => performance.now() - Math.max(since, world.site.lastRequest()) > 1000)
  return page.call('firstOfPrepared')
}

/** Chromium plays the network itself; for the others a proxy stands before both servers. */
async function onSlowNetwork(world, use) {
  if (world.engine === 'chromium') {
    return use(work => world.withPage(async page => {
      await page.slowDown(slow)
      return work(page)
    }))
  }
  const [site, sink] = await Promise.all([world.site.origin, world.sink.origin].map(origin => startSlowLink(origin, slow)))
  world.site.behind(site.origin, sink.origin)
  try {
    return await use(work => world.withPage(work, site.origin))
  } finally {
    site.stop()
    sink.stop()
  }
}

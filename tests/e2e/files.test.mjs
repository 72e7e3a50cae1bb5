// What happens around an upload: the file changes on disk, the network goes away, progress comes in floods.

import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { By } from 'selenium-webdriver'
import { KiB } from './bytes.mjs'
import { engine } from './browser.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

/** In the page: upload the file that was chosen in the probe. */
async function uploadProbe({ upload }) {
  const [file] = document.getElementById('probe').files
  try {
    const { attempts } = await upload(file, { params: '/api/upload-params', onProgress() {}, retry: { minDelay: 20 } })
    return { state: 'done', attempts }
  } catch ({ code, hint }) {
    return { state: 'failed', code, hint }
  }
}

async function chooseInProbe(file) {
  await world.openBlank()
  await world.driver.executeScript(`
    document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'probe' }))`)
  await world.driver.findElement(By.id('probe')).sendKeys(file.path)
}

/** Browsers look at a file when somebody asks for its size, not when it is chosen. */
const lookAtProbe = () => world.driver.executeScript('return document.getElementById("probe").files[0].size')

const onlyInChromium = reason => ({ skip: engine !== 'chromium' && `only in Chromium: ${reason}` })

// [what, done to the file after it was chosen, where it can be tested]
const changes = [
  ['vanished', file => rm(file.path), {}],
  ['changed', file => writeFile(file.path, 'shorter'), onlyInChromium('the others do not notice that a file is no longer the one that was chosen')]
]
for (const [what, change, where] of changes) {
  test(`a file that has ${what} on disk: FILE_UNREADABLE`, where, async () => {
    const file = await world.folder.write(`${what}.bin`, 100 * KiB)
    await chooseInProbe(file)
    assert.equal(await lookAtProbe(), 100 * KiB)
    await change(file)
    const seen = await world.run(uploadProbe)
    assert.equal(seen.code, 'FILE_UNREADABLE', JSON.stringify(seen))
    assert.ok(seen.hint.length > 20)
    assert.deepEqual(await world.objects(file.name), [])
  })
}

test('a file that has vanished before anybody looked at it is not taken for an empty one', async () => {
  const file = await world.folder.write('unseen.bin', 100 * KiB)
  await chooseInProbe(file)
  await rm(file.path)
  const seen = await world.run(uploadProbe)
  assert.equal(seen.code, 'FILE_UNREADABLE', JSON.stringify(seen))
})

test('progress: of the file only, never falling, at most about 20 times a second', async () => {
  await world.openBlank()
  const seen = await world.run(async ({ upload, makeBytes }) => {
    const size = 64 * 1024 * 1024
    const events = []
    let nativeEvents = 0
    const { send } = XMLHttpRequest.prototype
    XMLHttpRequest.prototype.send = function (...args) {
      this.upload.addEventListener('progress', () => { nativeEvents += 1 })
      return send.apply(this, args)
    }
    const start = performance.now()
    await upload(new File([makeBytes(4, size)], `fault=slow@${32 * 1024 * 1024},progress.bin`), {
      params: '/api/upload-params',
      onProgress: progress => events.push({ ...progress, at: performance.now() - start })
    })
    return { size, events, nativeEvents, elapsed: performance.now() - start }
  })
  const { size, events, nativeEvents, elapsed } = seen
  console.log(`${nativeEvents} events of the browser, ${events.length} calls of onProgress in ${Math.round(elapsed)} ms`)
  assert.ok(events.length >= 3)
  assert.ok(events.length <= elapsed / 50 + 3, `${events.length} in ${elapsed} ms`)
  for (const [index, event] of events.entries()) {
    const before = events[index - 1]
    assert.equal(event.total, size)
    assert.ok(event.loaded <= size && event.loaded >= (before?.loaded ?? 0), `${before?.loaded}, then ${event.loaded}`)
    assert.ok(Math.abs(event.ratio - event.loaded / event.total) < 1e-9)
    assert.equal(event.attempt, 1)
  }
  assert.equal(events.at(-1).loaded, size)
  assert.ok(events.some(event => event.speed > 0 && event.eta !== null))
})

test('offline: waits for the network, then uploads', onlyInChromium('WebDriver takes no other engine offline'), async () => {
  const name = 'offline.bin'
  const network = offline => world.driver.sendDevToolsCommand('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
  await world.openPage()
  await world.driver.sendDevToolsCommand('Network.enable', {})
  // The module is loaded by the first upload.
  await world.give([{ name: 'first.bin' }])
  await world.untilRow('first.bin', 'done')
  await network(true)
  try {
    await world.give([{ name, size: KiB }])
    await world.untilRow(name, 'waiting')
  } finally {
    await network(false)
  }
  await world.untilRow(name, 'done')
  assert.equal((await world.facts(name)).attempts, '1', 'no attempt is used up')
  assert.equal((await world.objects(name)).length, 1)
})

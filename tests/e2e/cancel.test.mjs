// Cancelling an upload half way: the promise rejects with the caller's reason, OSS sees the connection
// end, and nothing is stored.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { By } from 'selenium-webdriver'
import { MiB } from './bytes.mjs'
import { until } from './wait.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

// OSS reads this fast (bytes per second), so that there is a half way.
const SPEED = 40 * MiB

async function assertCut(name) {
  const posts = await until('OSS noticed that the connection ended', async () => {
    const seen = await world.posts(name)
    return seen.length > 0 && seen
  })
  assert.deepEqual(posts.map(post => post.outcome), ['cut'])
  assert.ok(posts[0].bytes < 300 * MiB, `${posts[0].bytes} bytes arrived`)
  assert.deepEqual(await world.objects(name), [])
}

test('the button: half of 300 MiB', async () => {
  const file = await world.folder.write(`fault=slow@${SPEED},button.bin`, 300 * MiB)
  await world.openPage()
  await world.choose(file)
  await until('half is sent', async () => (await world.row(file.name))?.ratio >= 0.45, { timeout: 120_000 })
  await world.press(file.name, 'cancel')
  await world.untilRow(file.name, 'aborted')
  await assertCut(file.name)
})

test('the signal: half of 300 MiB', async () => {
  const file = await world.folder.write(`fault=slow@${SPEED},signal.bin`, 300 * MiB)
  await world.openBlank()
  await world.driver.executeScript(`
    const input = Object.assign(document.createElement('input'), { type: 'file', id: 'probe' })
    document.body.append(input)`)
  await world.driver.findElement(By.id('probe')).sendKeys(file.path)
  const seen = await world.run(async ({ upload }) => {
    const [file] = document.getElementById('probe').files
    const controller = new AbortController()
    const reason = { mine: true }
    let ratio = 0
    try {
      await upload(file, {
        params: '/api/upload-params',
        signal: controller.signal,
        onProgress(progress) {
          ratio = progress.ratio
          if (ratio >= 0.45) controller.abort(reason)
        }
      })
      return { ended: 'resolved' }
    } catch (error) {
      return { ended: 'rejected', isReason: error === reason, ratio, size: file.size }
    }
  })
  assert.equal(seen.size, 300 * MiB)
  assert.equal(seen.ended, 'rejected')
  assert.equal(seen.isReason, true)
  assert.ok(seen.ratio < 0.9, `cancelled at ${seen.ratio}`)
  await assertCut(file.name)
})

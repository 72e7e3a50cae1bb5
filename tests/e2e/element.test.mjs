// <oss-upload> in a form, on a page with a strict policy.

import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { By } from 'selenium-webdriver'
import { assertAccessible } from './axe.mjs'
import { KiB, MiB, makeBytes, sha256 } from './bytes.mjs'
import { engine } from './browser.mjs'
import { until } from './wait.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

/** In the page, with the element and arguments. */
const run = (work, ...args) => world.driver.executeScript(`return (${work})(document.getElementById('upload'), ...arguments)`, ...args)
const seen = () => world.driver.executeScript('return seen')
const formData = () => run(upload => [...new FormData(upload.form)].map(([name, value]) => [name, String(value)]))
const validity = () => run(upload => {
  const { valid, valueMissing, badInput, customError } = upload.validity
  return { valid, reason: { valueMissing, badInput, customError }, message: upload.validationMessage }
})

async function open(properties = {}) {
  await world.driver.get(new URL('/element/form.html', world.standin.site).href)
  await until('the page is ready', () => world.driver.executeScript('return "ready" in document.documentElement.dataset'))
  await run((upload, properties) => {
    Object.assign(upload, properties)
    return upload.updateComplete
  }, properties)
}

/** Nothing that the page's policy forbids, and no error, whatever was done. */
async function assertQuiet() {
  const { violations, errors } = await seen()
  assert.deepEqual({ violations, errors }, { violations: [], errors: [] })
}

const untilIn = (what, work, ...args) => until(what, () => run(work, ...args))
const untilIdle = () => untilIn('nothing is pending', upload => upload.progress.pending === 0)

test('in a form: required, still uploading, stored; it is sent with the object keys', async () => {
  await open({ required: true, multiple: true })
  assert.deepEqual(await validity(), { valid: false, reason: { valueMissing: true, badInput: false, customError: false }, message: 'Please upload a file.' })
  assert.equal(await run(upload => upload.form.checkValidity()), false)
  await world.give([{ name: 'fault=slow@1000,a.bin', size: MiB }])
  assert.deepEqual((await validity()).reason, { valueMissing: false, badInput: true, customError: false })
  await run(upload => upload.abort())
  assert.deepEqual((await validity()).reason, { valueMissing: true, badInput: false, customError: false })
  await run(upload => upload.clear())
  await world.give([{ name: 'a.bin', size: 10 }, { name: 'b.bin', size: 10 }])
  await untilIdle()
  assert.equal((await validity()).valid, true)
  const keys = await run(upload => upload.results.map(({ key }) => key))
  assert.equal(keys.length, 2)
  assert.deepEqual(await formData(), [['title', 'mine'], ...keys.map(key => ['attachments', key])])
  for (const key of keys) assert.equal((await world.objects(key)).length, 1)
  await assertQuiet()
  await world.driver.findElement(By.css('form button:last-child')).click()
  const sent = await until('the form is sent', async () => {
    const { searchParams } = new URL(await world.driver.getCurrentUrl())
    return searchParams.has('title') && searchParams
  })
  assert.deepEqual(sent.getAll('attachments'), keys)
})

test('a form cannot be sent while a file is under way, or has failed; without a name nothing is sent', async () => {
  await open({ multiple: true })
  // The same key for the second try.
  await run(upload => { upload.options = { retry: false, key: (file, dir) => dir + file.name } })
  await world.give([{ name: 'good.bin', size: 10 }, { name: 'fault=http500@1,bad.bin', size: 10 }])
  await untilIdle()
  assert.deepEqual(await validity(), { valid: false, reason: { valueMissing: false, badInput: true, customError: false }, message: 'An upload failed: retry it or remove it.' })
  await world.pressAll('retry')
  await untilIn('it is stored now', upload => upload.results.length === 2)
  assert.equal((await validity()).valid, true)
  assert.equal((await formData()).length, 3)
  await run(upload => upload.setCustomValidity('Too few.'))
  assert.deepEqual(await validity(), { valid: false, reason: { valueMissing: false, badInput: false, customError: true }, message: 'Too few.' })
  await run(upload => upload.setCustomValidity(''))
  assert.equal((await validity()).valid, true)
  await run(upload => upload.removeAttribute('name'))
  await until('nothing of it is sent', async () => (await formData()).length === 1)
  await assertQuiet()
})

test('reset ends what is under way and empties the list', async () => {
  const name = `fault=slow@${4 * MiB},reset.bin`
  await open({ multiple: true })
  await world.give([{ name: 'stored.bin', size: 10 }])
  await world.untilRow('stored.bin', 'done')
  await world.give([{ name, size: 48 * MiB }])
  await until('something is sent', async () => (await world.row(name))?.ratio > 0)
  await world.driver.findElement(By.css('[type=reset]')).click()
  await until('the list is empty', async () => (await world.rows()).length === 0)
  assert.deepEqual(await run(({ files, results }) => [files.length, results.length]), [0, 0])
  assert.deepEqual(await formData(), [['title', 'mine']])
  await until('OSS saw the end', async () => (await world.posts(name)).some(({ outcome }) => outcome === 'cut'))
  assert.deepEqual((await seen()).events.filter(event => ['done', 'error', 'abort'].includes(event.type)).map(({ type, name }) => [type, name]), [['done', 'stored.bin'], ['abort', name]])
  await assertQuiet()
})

test('what was uploaded is there again when somebody comes back to the page', async () => {
  await open({ multiple: true })
  // Whoever holds a lock is not kept as it is, but made anew. (WebKit keeps it all the same.)
  await run(() => { navigator.locks?.request('held', () => new Promise(() => {})) })
  await world.give([{ name: 'kept.bin', size: 3 * KiB }])
  await world.untilRow('kept.bin', 'done')
  const [, [, key]] = await formData()
  await world.openBlank()
  await world.driver.navigate().back()
  const row = await until('the row is back', () => world.row('kept.bin').catch(() => undefined))
  assert.match(row.text, /^Uploaded · 3 KB/)
  assert.deepEqual(await formData(), [['title', 'mine'], ['attachments', key]])
  await world.press('kept.bin', 'remove')
  await until('it is gone', async () => (await world.rows()).length === 0)
  assert.deepEqual(await formData(), [['title', 'mine']])
})

test('a disabled fieldset: nothing is taken, sent or asked for', async () => {
  await open({ required: true })
  await world.driver.executeScript(`document.getElementById('set').disabled = true`)
  await until('the button is disabled', async () => run(upload => upload.shadowRoot.getElementById('choose').disabled))
  for (const how of ['drop', 'paste', 'choose']) await world.give([{ name: `${how}.bin` }], how)
  assert.deepEqual(await run(upload => [upload.files.length, upload.willValidate, upload.form.checkValidity()]), [0, false, true])
  await world.driver.executeScript(`document.getElementById('set').disabled = false`)
  await until('the button is enabled', async () => run(upload => !upload.shadowRoot.getElementById('choose').disabled))
  assert.equal(await run(upload => upload.form.checkValidity()), false)
  await world.give([{ name: 'enabled.bin' }], 'drop')
  await world.untilRow('enabled.bin', 'done')
})

test('one file at a time: the next takes the place of the last, and of several the first is taken', async () => {
  await open()
  await world.give([{ name: 'fault=slow@1000,first.bin', size: MiB }])
  await world.untilRow('fault=slow@1000,first.bin', 'uploading')
  await world.give([{ name: 'second.bin' }, { name: 'third.bin' }], 'drop')
  await world.untilRow('second.bin', 'done')
  assert.deepEqual((await world.rows()).map(({ name }) => name), ['second.bin'])
  assert.equal((await formData()).length, 2)
  assert.match(await run(upload => upload.shadowRoot.querySelector('.note').textContent), /At most 1 file: 1 left out/)
  assert.ok((await seen()).events.some(({ type, name }) => type === 'abort' && name.endsWith('first.bin')))
})

test('max-files and accept hold for what is dropped, too', async () => {
  await open({ multiple: true, maxFiles: 2, accept: 'image/*,.txt' })
  assert.deepEqual(await run(upload => [upload.getAttribute('max-files'), upload.shadowRoot.getElementById('files').accept]), ['2', 'image/*,.txt'])
  await world.give([{ name: 'a.txt' }, { name: 'b.exe' }, { name: 'c.png', type: 'image/png' }], 'drop')
  await world.untilRow('a.txt', 'done')
  const { code, message } = await world.untilRow('b.exe', 'failed')
  assert.ok(code && message.length > 10, `${code}: ${message}`)
  assert.equal((await world.rows()).length, 2)
  assert.match(await run(upload => upload.shadowRoot.querySelector('.note').textContent), /At most 2 files: 1 left out/)
  const refusal = await run(upload => {
    upload.maxFiles = 0
    return upload.add([new File([], 'x')]).catch(String)
  })
  assert.match(refusal, /^TypeError: `max-files` is 0/)
})

test('a mistake of the page is told in the row: params are missing', async () => {
  await open({ params: null })
  await world.give([{ name: 'nowhere.bin' }])
  const { code, message } = await world.untilRow('nowhere.bin', 'failed')
  assert.equal(code, 'TypeError')
  assert.match(message, /`params` is undefined|`params` is null/)
  await run(upload => { upload.params = '/api/policy/v1' })
  await world.press('nowhere.bin', 'retry')
  await world.untilRow('nowhere.bin', 'done')
})

/** As a browser gives it: entries in batches, behind callbacks. */
const dropFolder = upload => {
  const file = name => ({ isFile: true, name, file: done => setTimeout(() => done(new File([name], name))) })
  const folder = (name, children) => ({
    isDirectory: true,
    name,
    createReader() {
      const left = [...children]
      return { readEntries: done => setTimeout(() => done(left.splice(0, 100))) }
    }
  })
  const many = Array.from({ length: 120 }, (_, index) => file(`n${index}.txt`))
  const root = folder('photos', [file('a.txt'), file('.DS_Store'), folder('2026', [folder('empty', []), folder('08', many)])])
  const items = [{ kind: 'file', webkitGetAsEntry: () => root }, { kind: 'string', webkitGetAsEntry: () => null }]
  const event = Object.defineProperty(new Event('drop', { bubbles: true, cancelable: true }), 'dataTransfer', { value: { types: ['Files'], items } })
  upload.dispatchEvent(event)
  // As in a browser: what was dropped is gone now.
  items.length = 0
  return event.defaultPrevented
}

test('a dropped folder is walked, in batches, to the bottom; paths are shown, and kept in keys when asked for', async () => {
  await open({ multiple: true, keepPaths: true, concurrency: 6 })
  assert.equal(await run(dropFolder), true)
  assert.deepEqual((await validity()).reason, { valueMissing: false, badInput: true, customError: false })
  await untilIn('all are stored', upload => upload.results.length === 121)
  const names = await run(upload => upload.files.map(file => file.webkitRelativePath).sort())
  assert.deepEqual(names.slice(0, 2), ['photos/2026/08/n0.txt', 'photos/2026/08/n1.txt'])
  assert.ok(names.includes('photos/a.txt'))
  const keys = await run(upload => upload.results.map(({ key }) => key))
  assert.ok(keys.every(key => /^[^/]+\/(.*\/)?photos\/(a\.txt|2026\/08\/n\d+\.txt)$/.test(key)), keys[0])
  assert.equal((await world.objects('photos/2026/08/n')).length, 120)
  await assertQuiet()
})

/** On the disk: more files than browsers give in one batch, a folder without any, and a name that is there twice. */
async function realFolder(name) {
  const folder = join(world.folder.path, name)
  await mkdir(join(folder, 'inner'), { recursive: true })
  await mkdir(join(folder, 'empty'))
  for (let index = 0; index < 109; index += 1) await writeFile(join(folder, 'inner', `r${index}.txt`), `${index}`)
  await writeFile(join(folder, 'inner', 'top.txt'), 'not the top')
  await writeFile(join(folder, 'top.txt'), 'top')
  return folder
}

async function isStoredAsOnDisk(folder) {
  await untilIn('all are stored', upload => upload.results.length === 111)
  const [object] = await world.objects(`${folder}/top.txt`)
  assert.equal(object.sha256, sha256(Buffer.from('top')))
  assert.equal((await world.objects(`${folder}/inner/`)).length, 110)
  await assertQuiet()
}

// Only Chromium's driver takes folders of the disk, and can drop them.
if (engine === 'chromium') {
  test('a real folder, chosen', async () => {
    const folder = await realFolder('chosen')
    await open({ directory: true, keepPaths: true, concurrency: 6 })
    await (await world.inElement('#folder')).sendKeys(folder)
    await isStoredAsOnDisk('chosen')
  })

  test('a real folder, dropped by the browser', async () => {
    const folder = await realFolder('real')
    await open({ multiple: true, keepPaths: true, concurrency: 6 })
    const { x, y } = await run(upload => {
      const { left, top } = upload.getBoundingClientRect()
      return { x: left + 20, y: top + 20 }
    })
    const data = { items: [], files: [folder], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop']) await world.driver.sendDevToolsCommand('Input.dispatchDragEvent', { type, x, y, data })
    await isStoredAsOnDisk('real')
  })

  test('nothing moves for people who want less motion', async () => {
    const transition = () => run(upload => getComputedStyle(upload.shadowRoot.querySelector('.zone')).transitionDuration)
    await open()
    assert.equal(await transition(), '0.12s')
    await world.driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }] })
    try {
      assert.equal(await transition(), '0s')
    } finally {
      await world.driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: [] })
    }
  })
}

test('pasted files: on the page and on the element, but not while somebody writes', async () => {
  await open({ multiple: true })
  const paste = (_, where, name) => {
    const data = new DataTransfer()
    data.items.add(new File(['x'], name))
    const event = Object.defineProperty(new Event('paste', { bubbles: true, composed: true, cancelable: true }), 'clipboardData', { value: data })
    document.querySelector(where).dispatchEvent(event)
    return event.defaultPrevented
  }
  assert.equal(await run(paste, 'body', 'page.bin'), true)
  assert.equal(await run(paste, '#upload', 'element.bin'), true)
  assert.equal(await run(paste, '#title', 'text.bin'), false)
  for (const name of ['page.bin', 'element.bin']) await world.untilRow(name, 'done')
  assert.deepEqual((await world.rows()).map(({ name }) => name), ['page.bin', 'element.bin'])
})

test('a button, a label and click() open the one hidden input; nothing else is to be seen of it', async () => {
  await open({ directory: true })
  const clicks = await run(upload => {
    const clicks = []
    for (const input of upload.shadowRoot.querySelectorAll('input')) input.addEventListener('click', event => {
      event.preventDefault()
      clicks.push(input.id)
    })
    upload.shadowRoot.getElementById('choose').click()
    upload.shadowRoot.getElementById('choose-folder').click()
    upload.click()
    const label = Object.assign(document.createElement('label'), { htmlFor: 'upload', textContent: 'Attachments' })
    upload.before(label)
    label.click()
    return clicks
  })
  assert.deepEqual(clicks, ['files', 'folder', 'files', 'files'])
  assert.deepEqual(await run(upload => [...upload.shadowRoot.querySelectorAll('input')].map(input => input.offsetWidth)), [0, 0])
  assert.deepEqual(await run(upload => [...upload.labels].map(label => label.textContent)), ['Attachments'])
})

test('an element that is taken away ends its uploads; one that is moved does not', async () => {
  const name = `fault=slow@${4 * MiB},away.bin`
  await open()
  await world.give([{ name, size: 48 * MiB }])
  await until('something is sent', async () => (await world.row(name))?.ratio > 0)
  await run(upload => { document.querySelector('form').append(upload) })
  await new Promise(resolve => setTimeout(resolve, 300))
  assert.equal((await world.row(name)).state, 'uploading')
  await run(upload => { upload.remove() })
  await until('OSS saw the end', async () => (await world.posts(name)).some(({ outcome }) => outcome === 'cut'))
})

test('a picture has its thumbnail; defined twice it is no error; it speaks the language of the page', async () => {
  await open({ multiple: true })
  const name = `${'a long name '.repeat(12)}the end.png`
  await run((upload, name) => new Promise(resolve => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 300, height: 200 })
    canvas.getContext('2d').fillRect(0, 0, 300, 200)
    canvas.toBlob(blob => resolve(upload.add([new File([blob], name, { type: 'image/png' })])))
  }), name)
  await world.untilRow(name, 'done')
  await untilIn('there is a thumbnail', upload => upload.shadowRoot.querySelector('li canvas')?.getContext('2d').getImageData(48, 48, 1, 1).data[3] === 255)
  const ending = await world.inElement('.ending')
  assert.equal(await ending.isDisplayed(), true)
  assert.match(await ending.getText(), /end\.png$/)
  await world.driver.executeScript(`
    const script = Object.assign(document.createElement('script'), { type: 'module', src: '/pkg/element.js?again' })
    globalThis.isThere = new Promise(resolve => { script.onload = resolve })
    document.head.append(script)
    return globalThis.isThere.then(() => {})`)
  await world.driver.executeScript(`document.documentElement.lang = 'zh-CN'`)
  await run(upload => { upload.requestUpdate() })
  await until('it is in Chinese', async () => (await world.row(name)).text.startsWith('已上传'))
  await assertQuiet()
})

test('accessible in every state', async () => {
  await open({ multiple: true, directory: true, required: true })
  const check = what => assertAccessible(world.driver, what)
  await check('empty')
  await world.give([{ name: 'done.bin' }, { name: 'fault=slow@1000,paused.bin', size: MiB }, { name: 'fault=slow@1000,cancelled.bin', size: MiB }])
  await world.untilRow('done.bin', 'done')
  for (const name of ['paused', 'cancelled']) await world.untilRow(`fault=slow@1000,${name}.bin`, 'uploading')
  await check('uploading')
  await world.press('fault=slow@1000,paused.bin', 'pause')
  await world.press('fault=slow@1000,cancelled.bin', 'cancel')
  await world.untilRow('fault=slow@1000,paused.bin', 'paused')
  await world.give([{ name: 'fault=http500,waiting.bin' }, { name: 'fault=slow@1000,busy.bin', size: MiB }])
  await world.untilRow('fault=http500,waiting.bin', 'waiting')
  await check('paused, cancelled, waiting')
  await world.untilRow('fault=http500,waiting.bin', 'failed')
  await world.press('fault=http500,waiting.bin', 'details')
  await until('the details are shown', async () => (await world.row('fault=http500,waiting.bin')).text.includes('OSS_REFUSED'))
  await check('failed, with details')
  await run(upload => {
    upload.locale = 'zh-CN'
    upload.disabled = true
    upload.abort()
  })
  await until('it is in Chinese', async () => (await world.row('done.bin')).text.startsWith('已上传'))
  await check('disabled, in Chinese')
  await assertQuiet()
})

test('1,000 files: as quick as the library alone, the page stays usable, and one voice', async () => {
  const COUNT = 1000
  // The two take turns, on a machine that has other things to do, too.
  const ROUNDS = 5
  await open({ multiple: true, concurrency: 6 })
  // The library alone, in the same page; both warm.
  await writeFile(join(world.www.path, 'alone.js'), `
    import { createUploader } from '/pkg/index.js'
    ${makeBytes}
    const files = prefix => Array.from({ length: ${COUNT} }, (_, index) => new File([makeBytes(index, 100)], prefix + index + '.bin'))
    // Counting frames makes the browser draw them: both pay for it.
    const watchFrames = () => {
      const start = performance.now()
      let last = start
      let longest = 0
      let isOver = false
      const watch = () => {
        const now = performance.now()
        longest = Math.max(longest, now - last)
        last = now
        if (!isOver) requestAnimationFrame(watch)
      }
      requestAnimationFrame(watch)
      return () => {
        isOver = true
        return { took: performance.now() - start, longest }
      }
    }
    globalThis.alone = async () => {
      const uploader = createUploader({ params: '/api/policy/v1', concurrency: 6 })
      const given = files('alone-')
      const end = watchFrames()
      for (const file of given) uploader.add(file, { onProgress() {} })
      await uploader.idle()
      return end()
    }
    globalThis.together = async () => {
      const upload = document.getElementById('upload')
      const given = files('together-')
      const end = watchFrames()
      await upload.add(given)
      await new Promise(resolve => {
        let left = ${COUNT}
        upload.addEventListener('done', () => { if ((left -= 1) === 0) resolve() })
      })
      return end()
    }
    globalThis.isThere = true`)
  await world.driver.executeScript(`document.head.append(Object.assign(document.createElement('script'), { type: 'module', src: '/alone.js' }))`)
  await until('it is there', () => world.driver.executeScript('return globalThis.isThere'))
  const time = name => world.driver.executeScript(`return globalThis.${name}()`)
  const turns = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const { took: alone } = await time('alone')
    const { took, longest } = await time('together')
    turns.push({ ratio: took / alone, longest })
    console.log(`alone ${Math.round(alone)} ms, with the element ${Math.round(took)} ms: ${(took / alone).toFixed(2)}; longest frame ${Math.round(longest)} ms`)
    assert.equal(await run(upload => upload.results.length), COUNT)
    if (round === 0) {
      await until('all rows are shown', async () => (await world.rows()).length === COUNT)
      assert.equal((await formData()).length, COUNT + 1)
      const { said, events } = await seen()
      assert.ok(said.length < 60, `${said.length} sentences`)
      assert.equal(events.filter(({ type }) => type === 'done').length, COUNT)
    }
    await run(upload => upload.clear())
  }
  const median = values => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
  const ratios = turns.map(({ ratio }) => ratio)
  console.log(`median: ${median(ratios).toFixed(2)}`)
  // WebKitGTK draws without a GPU, in processes that have to share the processor with the uploads: where it is busy with other
  // things, drawing takes the uploads' time, and how much is chance.
  const ratio = engine === 'webkit' ? Math.min(...ratios) : median(ratios)
  assert.ok(ratio < 1.3, `${ratio} times as long`)
  const longest = median(turns.map(({ longest }) => longest))
  assert.ok(longest < 400, `a frame of ${longest} ms`)
  await assertQuiet()
})

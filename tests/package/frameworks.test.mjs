// The applications of examples/frameworks, built as they stand, in a browser: an upload, a failure in words, and a cancel
// after which nothing more arrives.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { test } from 'node:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { By } from 'selenium-webdriver'
import { freePort, inProject } from '../../scripts/project.mjs'
import { MiB } from '../e2e/bytes.mjs'
import { until } from '../e2e/wait.mjs'
import { openFront } from './front.mjs'
import { bin, command, serve } from './project.mjs'
import { hasOneWasm, useWorld, wantsAll } from './world.mjs'

const world = useWorld()

// Where each shows what: selectors, and how its user cancels. `hover`: what shows the words of a failure.
const quick = {
  react: { done: 'code', bar: 'progress', words: '[role=alert]', cancel: 'li button' },
  vue: { done: 'code', bar: 'progress', words: '[role=alert]', cancel: 'li button' },
  uppy: {
    input: '.uppy-Dashboard-input', done: '.uppy-Dashboard-Item.is-complete', bar: '.uppy-StatusBar-statusPrimary', words: '.uppy-Informer [aria-label]',
    cancel: '.uppy-Dashboard-Item-action--remove'
  },
  filepond: { done: '[data-filepond-item-state=processing-complete]', bar: '.filepond--file-status-main', words: '.filepond--file-status-main', cancel: '.filepond--action-abort-item-processing' }
}
const large = {
  antd: { done: '.ant-upload-list-item-done', bar: '[role=progressbar]', hover: '.ant-upload-list-item-error', words: '.ant-tooltip', cancel: '.ant-upload-list-item-action' },
  arco: { done: '.arco-upload-list-item-done', bar: '[role=progressbar]', hover: '.arco-upload-list-error-icon', words: '.arco-tooltip-content', cancel: '.arco-upload-list-remove-icon' },
  'arco-vue': { done: '.arco-upload-list-item-done', bar: '[role=progressbar]', words: '[role=alert]', cancel: '.arco-upload-icon-remove' },
  semi: { done: 'code', bar: '[role=progressbar]', words: '[role=alert]', cancel: '.semi-upload-file-card-close' },
  'element-plus': { done: '.el-upload-list__item.is-success', bar: '[role=progressbar]', words: '[role=alert]', cancel: '.el-icon--close' },
  'naive-ui': { done: '.n-upload-file--success-status', bar: '.n-progress', words: '[role=alert]', cancel: '.n-upload-file-info__action button' }
}

const skipped = name => ({ skip: name in large && !wantsAll && 'slow: npm run test:package -- --all' })

for (const [name, selectors] of Object.entries({ ...quick, ...large })) {
  test(name, skipped(name), async context => {
    const root = world.project(`frameworks/${name}`)
    command(root, bin(root, 'vite'), 'build')
    hasOneWasm(join(root, 'dist'))
    const front = await openFront({ site: world.standin.site, folder: join(root, 'dist') })
    const page = new Page(front, selectors)
    try {
      await context.test('uploads', () => uploads(name, page))
      await context.test('says why a file failed', () => says(name, page))
      await context.test('cancels', () => cancels(name, page))
    } finally {
      front.close()
    }
  })
}

// What the library itself says of the types: a prop that takes the adapter's, and does not take everything.
const types = {
  uppy: `import Uppy from '@uppy/core'
    import { UppyPlugin as adapter } from 'oss-direct-upload/adapters'
    export const uppy: Uppy = new Uppy().use(adapter, { params: '/p' })
    // @ts-expect-error no params
    uppy.use(adapter, {})`,
  filepond: `import type { FilePondServerConfigProps } from 'filepond'
    import { filePond as adapter } from 'oss-direct-upload/adapters'
    export const server: FilePondServerConfigProps['server'] = adapter({ params: '/p' })
    // @ts-expect-error no server
    export const wrong: FilePondServerConfigProps['server'] = 1`,
  antd: props('antd', 'Partial<UploadProps>', "import type { UploadProps } from 'antd'", 'customRequest'),
  arco: props('arco', 'UploadProps', "import type { UploadProps } from '@arco-design/web-react'", 'customRequest'),
  'arco-vue': props('arcoVue', "InstanceType<typeof Upload>['$props']", "import type { Upload } from '@arco-design/web-vue'", 'customRequest'),
  semi: props('semi', 'UploadProps', "import type { UploadProps } from '@douyinfe/semi-ui/lib/es/upload'", 'customRequest'),
  'element-plus': props('elementPlus', 'Partial<UploadProps>', "import type { UploadProps } from 'element-plus'", 'httpRequest'),
  'naive-ui': props('naiveUi', 'UploadProps', "import type { UploadProps } from 'naive-ui'", 'customRequest')
}

function props(adapter, type, imported, prop) {
  return `${imported}
    import { ${adapter} } from 'oss-direct-upload/adapters'
    type Props = ${type}
    export const props: Props = ${adapter}({ params: '/p' })
    // @ts-expect-error no request
    export const wrong: Props['${prop}'] = 1`
}

for (const [name, source] of Object.entries(types)) {
  test(`${name}: its types take the adapter`, skipped(name), () => {
    const root = world.project(`frameworks/${name}`)
    writeFileSync(join(root, 'types.ts'), source)
    command(root, process.execPath, inProject('node_modules', 'typescript-7', 'bin', 'tsc'), 'types.ts', '--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck',
      '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable', '--types', '')
  })
}

// In development, where React mounts everything twice. The `params` of React's first rendering would fail: the latest have to be used.
const leavable = {
  react: ['main.jsx', `import { StrictMode, useEffect, useState } from 'react'
    import { createRoot } from 'react-dom/client'
    import { useUpload } from 'oss-direct-upload/react'

    function Uploads() {
      const [address, setAddress] = useState('/api/stale')
      useEffect(() => setAddress('/api/upload-params'), [])
      const { tasks, progress, add } = useUpload({ params: async ({ file, signal }) => {
        const query = new URLSearchParams({ fileName: file.name, size: file.size, type: file.type })
        return (await fetch(address + '?' + query, { signal })).json()
      } })
      return <>
        <input type="file" onChange={event => add(event.target.files)} />
        <progress value={progress.ratio} />
        {tasks.map(task => task.result && <code key={task.id}>{task.result.key}</code>)}
      </>
    }

    const root = createRoot(document.querySelector('#app'))
    root.render(<StrictMode><Uploads /></StrictMode>)
    globalThis.leave = () => root.unmount()`],
  vue: ['main.js', `import { createApp } from 'vue'
    import Uploads from './Uploads.vue'

    const app = createApp(Uploads)
    app.mount('#app')
    globalThis.leave = () => app.unmount()`]
}

for (const [name, [main, source]] of Object.entries(leavable)) {
  test(`${name}: a component that goes, in development`, async context => {
    const root = world.project(`frameworks/${name}`)
    writeFileSync(join(root, main), source)
    command(root, 'env', 'NODE_ENV=development', bin(root, 'vite'), 'build', '--outDir', 'development')
    const front = await openFront({ site: world.standin.site, folder: join(root, 'development') })
    const page = new Page(front, quick[name])
    try {
      await context.test('uploads while it is there', () => uploads(`${name}-in-development`, page))
      await context.test('takes its uploads with it', () => endsHalfWay(`${name}-leaves`, page, () => world.driver.executeScript('leave()')))
    } finally {
      front.close()
    }
  })
}

test('react: an upload goes on when its component is edited (Fast Refresh)', { skip: !wantsAll && 'slow: npm run test:package -- --all' }, async () => {
  const root = world.project('frameworks/react')
  command(root, 'npm', 'install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline', '@vitejs/plugin-react@6.3.0')
  writeFileSync(join(root, 'vite.config.mjs'), `import react from '@vitejs/plugin-react'
    export default { plugins: [react()], server: { proxy: { '/api': { target: '${world.standin.site}', changeOrigin: true } } } }`)
  const example = readFileSync(join(root, 'Uploads.jsx'), 'utf8').replace('/api/policy/v4', '/api/upload-params')
  const edit = heading => writeFileSync(join(root, 'Uploads.jsx'), example.replace('<>', `<><h1>${heading}</h1>`))
  edit('before')
  writeFileSync(join(root, 'main.jsx'), readFileSync(inProject('examples', 'frameworks', 'react', 'main.jsx')))
  const port = await freePort()
  const server = serve(root, bin(root, 'vite'), '--host', 'localhost', '--strictPort', '--port', port)
  try {
    const origin = `http://localhost:${port}`
    await until('its server answers', () => fetch(origin).catch(() => false), { describe: server.describe })
    const page = new Page({ origin }, quick.react)
    const heading = () => page.textOf('h1')
    // It loads the page again when it has prepared the packages.
    await until('the page stays', async () => {
      await world.driver.get(`${origin}/`)
      await pause(2000)
      return await heading() === 'before'
    }, { describe: server.describe })
    const file = await world.files.write(`fault=slow@${4 * MiB},refreshed.bin`, 100 * MiB)
    await page.choose(file)
    await until('the bar moves', async () => await page.percent() > 0, { describe: () => page.html() })
    edit('after')
    await until('the page shows the edit', async () => await heading() === 'after', { describe: server.describe })
    const then = await page.percent()
    await until('the bar moves on', async () => await page.percent() > then, { describe: () => page.html() })
    assert.deepEqual(await world.posts(file.name), [], 'it has not ended')
    await page.click('cancel')
    await until('OSS saw the end', async () => (await world.posts(file.name)).some(({ outcome }) => outcome === 'cut'))
  } finally {
    await server.stop()
  }
})

const onServer = {
  react: `import { createElement } from 'react'
    import { renderToString } from 'react-dom/server'
    import { useUpload } from 'oss-direct-upload/react'

    const Uploads = () => {
      const { tasks, progress } = useUpload({ params: '/api/upload-params' })
      return createElement('p', null, tasks.length + ' ' + progress.pending)
    }
    console.log(renderToString(createElement(Uploads)))`,
  vue: `import { createSSRApp, h } from 'vue'
    import { renderToString } from 'vue/server-renderer'
    import { useUpload } from 'oss-direct-upload/vue'

    console.log(await renderToString(createSSRApp({
      setup() {
        const { tasks, progress } = useUpload({ params: '/api/upload-params' })
        return () => h('p', tasks.value.length + ' ' + progress.value.pending)
      }
    })))`
}

for (const [name, source] of Object.entries(onServer)) {
  test(`${name}: rendered on a server`, () => {
    const root = world.project(`frameworks/${name}`)
    writeFileSync(join(root, 'server.mjs'), source)
    assert.equal(command(root, process.execPath, 'server.mjs'), '<p>0 0</p>\n')
  })
}

async function uploads(name, page) {
  const file = await world.files.write(`app-${name}.bin`, 300_000)
  await page.choose(file)
  await page.until('done')
  const [stored, ...others] = await world.objects(file.name)
  assert.equal(stored?.sha256, file.sha256)
  assert.deepEqual(others, [])
}

async function says(name, page) {
  const file = await world.files.write(`fault=huge-body,${name}.bin`, 1000)
  await page.choose(file)
  if (page.selectors.hover) await page.hover()
  for (const words of ['OSS refused the upload with InvalidArgument.', 'See https://api.aliyun.com/troubleshoot.']) {
    await until(`it says: ${words}`, async () => (await page.text('words')).includes(words), { describe: () => page.html() })
  }
  assert.deepEqual(await world.objects(file.name), [])
}

const cancels = (name, page) => endsHalfWay(name, page, () => page.click('cancel'))

async function endsHalfWay(name, page, end) {
  const file = await world.files.write(`fault=slow@${4 * MiB},${name}.bin`, 100 * MiB)
  await page.choose(file)
  const seen = new Set()
  await until('the bar moves', async () => {
    const percent = await page.percent()
    if (percent > 0) seen.add(percent)
    return seen.size > 2
  }, { describe: () => page.html() })
  assert.ok([...seen].every(percent => percent < 100), [...seen].join())
  await end()
  const posts = () => world.posts(file.name)
  const [post] = await until('OSS saw the end', async () => (await posts()).length > 0 && posts())
  assert.equal(post.outcome, 'cut')
  await pause(1000)
  assert.deepEqual((await posts()).map(({ outcome, bytes }) => ({ outcome, bytes })), [{ outcome: 'cut', bytes: post.bytes }])
  assert.deepEqual(await world.objects(file.name), [])
}

class Page {
  constructor(front, selectors) {
    this.front = front
    this.selectors = selectors
  }

  /** In a page of its own. */
  async choose({ path }) {
    await world.driver.get(`${this.front.origin}/`)
    const input = await until('there is an input', () => world.driver.findElement(By.css(this.selectors.input ?? 'input[type=file]')).catch(() => undefined), { describe: () => this.html() })
    await input.sendKeys(path)
  }

  until(part) {
    return until(`there is ${this.selectors[part]}`, () => this.#find(part), { describe: () => this.html() })
  }

  async click(part) {
    await world.driver.executeScript('arguments[0].click()', await this.until(part))
  }

  async hover() {
    await world.driver.actions({ async: true }).move({ origin: await this.until('hover') }).perform()
  }

  textOf(selector) {
    return world.driver.executeScript('return document.querySelector(arguments[0])?.textContent', selector)
  }

  async text(part) {
    const element = await this.#find(part)
    return await element?.getAttribute('aria-label') || await element?.getAttribute('textContent') || ''
  }

  /** What a bar shows, whatever it is made of. */
  percent() {
    return world.driver.executeScript(`
      const bar = document.querySelector(arguments[0])
      if (!bar) return 0
      if (bar.matches('progress')) return bar.value * 100
      return Number(bar.getAttribute('aria-valuenow') ?? /(\\d+)\\s*%/.exec(bar.textContent + bar.outerHTML)?.[1] ?? 0)`, this.selectors.bar)
  }

  html() {
    return world.driver.executeScript('return document.body.outerHTML')
  }

  #find(part) {
    return world.driver.findElement(By.css(this.selectors[part])).catch(() => undefined)
  }
}

// Who follows the quick start: its files, copied out of the Markdown into an empty folder, its commands as they stand. Only the
// package's address is another (the tarball's, not the registry's), the keys and the bucket's host are the stand-in's, and
// the backend's port is a free one.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { By } from 'selenium-webdriver'
import { freePort, inProject } from '../../scripts/project.mjs'
import { until } from '../e2e/wait.mjs'
import { command, environment } from './project.mjs'
import { useWorld } from './world.mjs'

const world = useWorld()

for (const [document, heading] of [['README.md', '## Quick start'], ['README.zh-CN.md', '## 快速开始'], ['docs/getting-started.md', '## 2. ']]) {
  test(`${document}: a file in the bucket`, async () => {
    const text = readFileSync(inProject(...document.split('/')), 'utf8')
    const part = text.slice(text.indexOf(`\n${heading}`))
    const files = [...part.matchAll(/^<!-- examples\/quick-start\/(\S+) -->\n```\w+\n(.*?)^```$/gms)]
    const [install, start] = [...part.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands)
    const folder = join(world.folder, basename(document, '.md'))
    mkdirSync(folder)
    const port = await freePort()
    for (const [, name, code] of files) writeFileSync(join(folder, name), code.replaceAll('3000', port))
    command(folder, 'sh', '-ec', install.replace('oss-direct-upload', `'${world.tarball.path}'`))
    const commands = start.replace('KEY_ID=…', 'KEY_ID=STANDINACCESSKEYID').replace('SECRET=…', 'SECRET=standin-access-key-secret').replace('my-bucket', 'demo-bucket')
    const server = spawn('sh', ['-ec', commands], {
      cwd: folder, detached: true, env: { ...environment, UPLOAD_BUCKET__HOST: `${world.standin.oss}/demo-bucket` }, stdio: ['ignore', 'pipe', 'inherit']
    })
    try {
      let printed = ''
      server.stdout.setEncoding('utf8').on('data', text => { printed += stripVTControlCharacters(text) })
      const [address] = await until('Vite prints its address', () => /http:\/\/localhost:\d+\//.exec(printed), { describe: () => printed })
      const file = await world.files.write(`${basename(document, '.md')}.bin`, 300_000)
      const { driver } = world
      await driver.get(address)
      const shown = () => driver.findElement(By.css('output')).getText()
      // The page is loaded again when Vite has prepared the package.
      const key = await until('the object key is shown', async () => {
        await driver.findElement(By.css('input')).sendKeys(file.path)
        return until('there are words', shown, { timeout: 10_000 }).catch(() => undefined)
      }, { describe: shown })
      assert.match(key, /^uploads\/[-\w]+\/.*\.bin$/)
      const [stored] = await world.objects(key)
      assert.equal(stored.sha256, file.sha256)
    } finally {
      process.kill(-server.pid)
    }
  })
}

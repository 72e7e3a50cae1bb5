// Where there is no browser: the package is imported, and does nothing by that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bin, command } from './project.mjs'
import { useWorld, wantsAll } from './world.mjs'

const world = useWorld()
const all = { skip: !wantsAll && 'slow: npm run test:package -- --all' }

function runNode(file, source) {
  const root = world.project('bare')
  writeFileSync(join(root, file), source)
  return command(root, process.execPath, file)
}

// CRC-64/XZ of its own check string, from the catalogue of parametrised CRC algorithms: 0x995DC9BBDF1939FA.
const check = '11051210869376104954'
const use = `
const before = Object.keys(globalThis).length
for (const entry of entries) {
  const names = Object.keys(entry).filter(name => name !== 'default' && name !== 'module.exports').sort()
  console.log(names.join(' '))
}
console.log(String(Object.keys(globalThis).length - before))
const [main] = entries
main.crc64(new Blob(['123456789'])).then(crc64 => console.log(crc64))`

const api = 'UploadError crc64 createUploader normalizeParams parsePolicy ready upload'
const slim = 'UploadError crc64 createUploader init normalizeParams parsePolicy ready upload'
const expected = [api, api, slim, '0', check, ''].join('\n')
const names = ['oss-direct-upload', 'oss-direct-upload/js', 'oss-direct-upload/slim']

test('Node imports every entry as an ES module', () => {
  const imports = names.map((name, index) => `import * as entry${index} from '${name}'`).join('\n')
  assert.equal(runNode('import.mjs', `${imports}\nconst entries = [entry0, entry1, entry2]${use}`), expected)
})

test('Node requires every entry as CommonJS', () => {
  assert.equal(runNode('require.cjs', `const entries = ${JSON.stringify(names)}.map(name => require(name))${use}`), expected)
})

test('in both formats there are the adapters, which want nothing of a browser before a file is there', () => {
  const use = "console.log(Object.keys(adapters).filter(name => name !== 'module.exports').sort().join(' '), typeof adapters.elementPlus({ params: '/p' }).httpRequest)"
  const expected = 'UppyPlugin antd arco arcoVue elementPlus filePond naiveUi semi function\n'
  assert.equal(runNode('adapters.mjs', `import * as adapters from 'oss-direct-upload/adapters'\n${use}`), expected)
  assert.equal(runNode('adapters.cjs', `const adapters = require('oss-direct-upload/adapters')\n${use}`), expected)
})

test('in both formats an error is in the language that is wanted', () => {
  const use = "upload(new Blob(['x']), { params: () => ({}), locale: 'zh-CN' }).catch(error => console.log(error.hint))"
  const expected = '请将后端的返回与 README 中列出的格式对照。\n'
  assert.equal(runNode('hints.mjs', `import { upload } from 'oss-direct-upload'\n${use}`), expected)
  assert.equal(runNode('hints.cjs', `const { upload } = require('oss-direct-upload')\n${use}`), expected)
})

test('the entries of one format share their error class', () => {
  const source = names.map((name, index) => `import { UploadError as Error${index} } from '${name}'`).join('\n')
  assert.equal(runNode('classes.mjs', `${source}\nconsole.log(Error0 === Error1 && Error1 === Error2)`), 'true\n')
})

test('`/slim` takes the bytes of `/wasm`, and a compiled module', () => {
  const use = input => `import { readFileSync } from 'node:fs'
    import { fileURLToPath } from 'node:url'
    import { crc64, init } from 'oss-direct-upload/slim'
    const bytes = readFileSync(fileURLToPath(import.meta.resolve('oss-direct-upload/wasm')))
    console.log(await crc64(new Blob([])).catch(error => error.name))
    console.log(await init(new Uint8Array([1])).catch(error => error.name))
    await init(${input})
    console.log(await crc64(new Blob(['123456789'])))`
  for (const input of ['bytes', 'new WebAssembly.Module(bytes)', 'Promise.resolve(new Response(bytes))']) {
    assert.equal(runNode('slim.mjs', use(input)), `TypeError\nCompileError\n${check}\n`, input)
  }
})

test('vitest imports it', all, () => {
  const root = world.project('vitest')
  command(root, bin(root, 'vitest'), 'run')
})

test('jest requires it', all, () => {
  const root = world.project('jest')
  command(root, bin(root, 'jest'))
})

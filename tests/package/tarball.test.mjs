// The tarball itself, in the eyes of the tools that judge packages.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { publint } from 'publint'
import { inProject } from '../../scripts/project.mjs'
import { command, pack } from './project.mjs'

const folder = mkdtempSync(join(tmpdir(), 'oss-direct-upload-tarball-'))
let tarball
before(() => { tarball = pack(folder) })
after(() => rmSync(folder, { recursive: true, force: true }))

test('it holds exactly these files', () => {
  const entry = name => [`${name}.cjs`, `${name}.d.cts`, `${name}.d.ts`, `${name}.js`]
  const both = name => [`${name}.cjs`, `${name}.js`]
  assert.deepEqual(tarball.files, [
    'CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'README.zh-CN.md', 'package.json',
    ...[
      ...['inline', 'oss_direct_upload_bg', 'wasm2js'].flatMap(name => both(`generated/${name}`)),
      ...['adapters', 'element', 'files', 'index', 'js', 'react', 'slim', 'vue'].flatMap(entry),
      'LICENSE-LIT', 'index.iife.js', 'oss_direct_upload.wasm', 'task_list.d.cts', 'task_list.d.ts', 'wasm.d.cts', 'wasm.d.ts'
    ].map(file => `pkg/${file}`)
  ].sort())
})

test('it names no path of the machine that built it', () => {
  for (const file of tarball.files) {
    const text = readFileSync(inProject(file), 'latin1')
    for (const path of [inProject(), homedir(), '/home/', '/root/', '/Users/']) assert.ok(!text.includes(path), `${file}: ${path}`)
  }
})

test('publint has nothing to say', async () => {
  const { messages } = await publint({ strict: true, pack: { tarball: readFileSync(tarball.path).buffer } })
  assert.deepEqual(messages, [])
})

test('attw finds no problem with its types', () => {
  const output = command(inProject(), 'node_modules/.bin/attw', tarball.path, '--format', 'json')
  const { problems } = JSON.parse(output)
  assert.deepEqual(problems, {})
})

test('Lit is inside of the element, and its licence beside it', () => {
  assert.match(readFileSync(inProject('pkg/LICENSE-LIT'), 'utf8'), /^BSD 3-Clause License\s+Copyright \(c\) 2017 Google LLC/)
  for (const file of ['element.js', 'element.cjs']) {
    const imports = readFileSync(inProject('pkg', file), 'utf8').match(/(?<=(?:from|require\()\s*["'])[^"']+/g)
    assert.deepEqual(imports, [`./index${file.slice('element'.length)}`])
  }
  for (const file of ['index', 'slim', 'js', 'files']) assert.doesNotMatch(readFileSync(inProject('pkg', `${file}.js`), 'utf8'), /lit/i, file)
})

test('a server can import every entry, and bundlers keep what defines the element', async () => {
  for (const file of ['index', 'element', 'files']) {
    const module = await import(inProject('pkg', `${file}.js`))
    assert.deepEqual(Object.keys(createRequire(import.meta.url)(inProject('pkg', `${file}.cjs`))).sort(), Object.keys(module).sort())
  }
  assert.equal(globalThis.customElements, undefined)
  const { sideEffects } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  assert.deepEqual(sideEffects, ['./pkg/element.js', './pkg/element.cjs'])
})

test('it has no dependencies, and runs nothing when it is installed', () => {
  const manifest = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  assert.equal(manifest.dependencies, undefined)
  // A framework is only needed by its own entry.
  assert.deepEqual(Object.keys(manifest.peerDependencies), ['react', 'vue'])
  for (const peer of Object.keys(manifest.peerDependencies)) assert.equal(manifest.peerDependenciesMeta[peer].optional, true, peer)
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(manifest.scripts[script], undefined, script)
})

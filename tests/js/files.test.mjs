// What files are taken from: drops with folders, pastes, inputs, lists.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesFrom, pathOf } from '../../src/js/files.js'

const failing = new DOMException('gone', 'NotFoundError')
const fileEntry = (name, { fails = false } = {}) => ({
  isFile: true,
  isDirectory: false,
  name,
  file: (done, failed) => setTimeout(() => (fails ? failed(failing) : done(new File([name], name))))
})

/** As a browser gives a folder: in batches, with an empty one at the end. */
const folderEntry = (name, children, { batch = 100, fails = false } = {}) => ({
  isFile: false,
  isDirectory: true,
  name,
  createReader() {
    const left = [...children]
    return { readEntries: (done, failed) => setTimeout(() => (fails ? failed(failing) : done(left.splice(0, batch)))) }
  }
})

/** Its items are gone when the event ends. */
function drop(...entries) {
  const items = entries.map(entry => (entry instanceof File
    ? { kind: 'file', webkitGetAsEntry: () => ({ isFile: true, isDirectory: false, name: entry.name }), getAsFile: () => entry }
    : { kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => new File([], entry.name) }))
  const transfer = { items: [{ kind: 'string', webkitGetAsEntry: () => null }, ...items], files: [] }
  queueMicrotask(() => { transfer.items = [] })
  return transfer
}

const paths = async (source, options) => (await filesFrom(source, options)).map(pathOf)

test('files of a drop, in their order, and folders to the bottom', async () => {
  const tree = folderEntry('a', [fileEntry('1.txt'), folderEntry('b', [folderEntry('c', [fileEntry('2.txt')])]), folderEntry('empty', [])])
  assert.deepEqual(await paths(drop(new File(['x'], 'x.txt'), tree, new File(['y'], 'y.txt'))), ['x.txt', 'a/1.txt', 'a/b/c/2.txt', 'y.txt'])
})

test('every batch of a folder is read', async () => {
  const children = Array.from({ length: 250 }, (_, index) => fileEntry(`${index}.txt`))
  assert.equal((await filesFrom(drop(folderEntry('many', children)))).length, 250)
  assert.equal((await filesFrom(drop(folderEntry('many', children, { batch: 1 })))).length, 250)
})

test('what systems put into folders is left out, and only there', async () => {
  const tree = folderEntry('a', [fileEntry('.DS_Store'), fileEntry('Thumbs.db'), fileEntry('desktop.ini'), fileEntry('.gitignore')])
  assert.deepEqual(await paths(drop(tree, new File(['x'], '.DS_Store'))), ['a/.gitignore', '.DS_Store'])
})

test('the path is where browsers have it for a chosen folder', async () => {
  const [file] = await filesFrom(drop(folderEntry('a', [fileEntry('1.txt')])))
  assert.ok(file instanceof File)
  assert.deepEqual([file.name, file.webkitRelativePath, await file.text()], ['1.txt', 'a/1.txt', '1.txt'])
})

test('inputs, lists, clipboards without items, browsers without entries', async () => {
  const file = new File(['x'], 'x.txt')
  const chosen = Object.defineProperty(new File(['y'], 'y.txt'), 'webkitRelativePath', { value: 'a/y.txt' })
  assert.deepEqual(await paths({ files: [file, chosen] }), ['x.txt', 'a/y.txt'])
  assert.deepEqual(await paths([file]), ['x.txt'])
  assert.deepEqual(await paths(new Set([file])), ['x.txt'])
  assert.deepEqual(await paths({ items: [], files: [file] }), ['x.txt'])
  assert.deepEqual(await paths({ items: [{ kind: 'file', getAsFile: () => file }, { kind: 'file', getAsFile: () => null }], files: [] }), ['x.txt'])
  assert.equal(pathOf(new Blob([])), 'blob')
})

test('what cannot be read rejects, or is told and left out', async () => {
  const tree = () => drop(folderEntry('a', [fileEntry('1.txt', { fails: true }), folderEntry('b', [], { fails: true }), fileEntry('2.txt')]))
  await assert.rejects(filesFrom(tree()), { name: 'UnreadableError', message: /^"a\/(1\.txt|b)" cannot be read\.$/, cause: failing })
  const told = []
  assert.deepEqual(await paths(tree(), { onUnreadable: ({ path }) => told.push(path) }), ['a/2.txt'])
  assert.deepEqual(told.sort(), ['a/1.txt', 'a/b'])
})

test('nothing to take files from is a TypeError', async () => {
  for (const source of [undefined, null, 'a.txt', 7, {}, { files: null }]) {
    await assert.rejects(filesFrom(source), { name: 'TypeError', message: /^filesFrom takes a DataTransfer/ })
  }
})

// Who builds the same commit gets the same bytes, wherever it lies: so anyone can check what was published.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { inProject } from '../../scripts/project.mjs'
import { command } from './project.mjs'
import { wantsAll } from './world.mjs'

const folder = mkdtempSync(join(tmpdir(), 'oss-direct-upload-in-another-folder-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a build in another folder has the same bytes', { skip: !wantsAll && 'slow: npm run test:package -- --all' }, () => {
  const sources = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: inProject(), encoding: 'utf8' })
  for (const file of sources.split('\0').filter(file => file && existsSync(inProject(file)))) {
    cpSync(inProject(file), join(folder, file), { recursive: true })
  }
  // What set-up installs is not what is built.
  for (const name of ['node_modules', '.tools']) if (existsSync(inProject(name))) symlinkSync(inProject(name), join(folder, name))
  command(folder, process.execPath, 'scripts/build.mjs', '--publish')

  const files = root => readdirSync(join(root, 'pkg'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name).slice(root.length + 1)).sort()
  assert.deepEqual(files(folder), files(dirname(inProject('pkg'))))
  const others = files(folder).filter(file => !readFileSync(join(folder, file)).equals(readFileSync(inProject(file))))
  assert.deepEqual(others, [], 'these differ')
})

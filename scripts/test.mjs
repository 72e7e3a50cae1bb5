// `npm test`: sets the machine up, then everything that CI checks, cheapest first. Ends with one line of counts.
//
//   node scripts/test.mjs [part…] [--browser chromium|firefox|webkit] [--all: the slow projects of tests/package too]
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { countCargo, countNode } from './counts.mjs'
import { Failure, inProject, main, runAndRead, seconds } from './project.mjs'
import { setUp } from './setup.mjs'
import { browser } from './setup/browsers.mjs'
import { testWeb } from './web.mjs'

// A part: what to run; how to count (no `count`: the exit code alone speaks); what has to have succeeded before.
const parts = {
  scripts: nodeTests('scripts'),
  lint: { run: () => script('lint') },
  types: nodeTests('tests/types'),
  rust: { count: countCargo, run: () => runAndRead(['cargo', 'test', '--workspace', '--no-fail-fast']) },
  build: { run: () => script('build', '--publish') },
  size: { needs: 'build', run: () => script('size') },
  js: nodeTests('tests/js'),
  web: { count: countCargo, run: testWeb },
  e2e: { ...nodeTests('tests/e2e'), needs: 'build' },
  cross: nodeTests('tests/cross'),
  package: { ...nodeTests('tests/package'), needs: 'build' }
}
const everything = ['scripts', 'js', 'lint', 'types', 'build', 'size', 'rust', 'web', 'cross', 'e2e', 'package']

async function runPart(name, browserName, before = []) {
  const part = parts[name]
  const start = performance.now()
  console.log(`\n━━ ${name}`)
  const result = await outcome(part, browserName, before)
  result.name = name
  result.time = seconds(start)
  return result
}

async function outcome(part, browserName, before) {
  if (before.some(({ name, failed }) => name === part.needs && failed > 0)) return failure(`not run: ${part.needs} failed`)
  try {
    const { ok, output } = await part.run(browser(browserName))
    if (!part.count) return ok ? { passed: 0, failed: 0, note: 'ok' } : failure('failed')
    const counts = part.count(output)
    if (counts.failed === 0 && !ok) return { ...counts, failed: 1, note: 'failed outside of a test' }
    if (counts.passed + counts.failed === 0) return failure('ran no test')
    return { ...counts, note: counts.skipped > 0 ? `${counts.skipped} skipped` : '' }
  } catch (error) {
    if (!(error instanceof Failure)) console.error(error)
    return failure(error.message)
  }
}

function failure(note) {
  return { passed: 0, failed: 1, note }
}

function report(results) {
  console.log('\n━━ summary')
  for (const { name, passed, failed, note, time } of results) {
    const counts = passed + failed > 0 ? `${passed} passed, ${failed} failed` : ''
    console.log(`${name.padEnd(8)} ${time.padStart(8)}   ${[counts, note].filter(Boolean).join('; ')}`)
  }
  const sum = key => results.reduce((total, result) => total + result[key], 0)
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
  if (sum('failed') > 0) process.exitCode = 1
}

function script(name, ...args) {
  return runAndRead([process.execPath, inProject('scripts', `${name}.mjs`), ...args])
}

function nodeTests(folder) {
  const run = ({ name }) => {
    const files = readdirSync(inProject(folder)).filter(file => file.endsWith('.test.mjs')).map(file => `${folder}/${file}`)
    if (files.length === 0) throw new Failure(`${folder} has no test`)
    return runAndRead([process.execPath, '--test', '--test-reporter=spec', ...files], { env: { BROWSER: name } })
  }
  return { count: countNode, run }
}

main(import.meta.url, async args => {
  const { values, positionals } = parseArgs({
    args, allowPositionals: true, options: { browser: { type: 'string', default: 'chromium' }, all: { type: 'boolean' } }
  })
  const unknown = positionals.find(name => !parts[name])
  if (unknown) throw new Failure(`the parts are ${everything.join(', ')}; there is no "${unknown}"`)
  const names = positionals.length > 0 ? positionals : everything
  browser(values.browser)
  if (values.all) process.env.PACKAGE_ALL = '1'
  const needsBrowser = names.some(name => ['web', 'cross', 'e2e', 'package'].includes(name))
  await setUp('build', ...needsBrowser ? [values.browser] : [], ...names.includes('cross') ? ['cross'] : [])

  const results = []
  for (const name of names) {
    if (parts[name].needs && results.every(result => result.name !== parts[name].needs)) results.push(await runPart(parts[name].needs, values.browser))
    results.push(await runPart(name, values.browser, results))
  }
  report(results)
})

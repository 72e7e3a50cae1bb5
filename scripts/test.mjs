// `npm test`: sets the machine up, then everything that CI checks, cheapest first. Ends with one line of counts.
//
//   node scripts/test.mjs [part…] [--browser chromium|firefox|webkit: only this one] [--all: the slow projects of tests/package too]
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { countCargo, countNode } from './counts.mjs'
import { Failure, inProject, main, runAndRead, seconds } from './project.mjs'
import { setUp } from './setup.mjs'
import { browser, browsers } from './setup/browsers.mjs'
import { testWeb } from './web.mjs'

// A part: what to run; how to count (no `count`: the exit code alone speaks); what has to have succeeded before;
// whether it runs once in each engine, or once in all, in Chromium where it needs a browser.
const parts = {
  scripts: nodeTests('scripts', 'tests/bench', 'tests/soak'),
  lint: { run: () => script('lint') },
  types: nodeTests('tests/types'),
  rust: { count: countCargo, run: () => runAndRead(['cargo', 'test', '--workspace', '--no-fail-fast']) },
  build: { run: () => script('build', '--publish') },
  size: { needs: 'build', run: () => script('size') },
  js: nodeTests('tests/js'),
  web: { count: countCargo, run: testWeb, inEachEngine: true },
  e2e: { ...nodeTests('tests/e2e'), needs: 'build', inEachEngine: true },
  cross: nodeTests('tests/cross'),
  package: { ...nodeTests('tests/package'), needs: 'build' }
}
const everything = ['scripts', 'js', 'lint', 'types', 'build', 'size', 'rust', 'web', 'cross', 'e2e', 'package']

/** Runs a part; adds a result for each engine that it runs in. */
async function runPart(name, engines, results) {
  const part = parts[name]
  if (part.needs && results.every(result => result.name !== part.needs)) await runPart(part.needs, engines, results)
  for (const engine of part.inEachEngine ? engines : engines.slice(0, 1)) {
    const start = performance.now()
    const title = part.inEachEngine ? `${name} ${engine}` : name
    console.log(`\n━━ ${title}`)
    results.push({ ...await outcome(part, engine, results), name: title, time: seconds(start) })
  }
}

async function outcome(part, engine, before) {
  if (before.some(({ name, failed }) => name === part.needs && failed > 0)) return failure(`not run: ${part.needs} failed`)
  try {
    const { ok, output } = await part.run(browser(engine))
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
    console.log(`${name.padEnd(12)} ${time.padStart(8)}   ${[counts, note].filter(Boolean).join('; ')}`)
  }
  for (const { name, names = [] } of results) {
    for (const test of names) console.log(`failed, ${name}: ${test}`)
  }
  const sum = key => results.reduce((total, result) => total + result[key], 0)
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
  if (sum('failed') > 0) process.exitCode = 1
}

function script(name, ...args) {
  return runAndRead([process.execPath, inProject('scripts', `${name}.mjs`), ...args])
}

function nodeTests(...folders) {
  const run = ({ name }) => {
    const files = folders.flatMap(folder => {
      const tests = readdirSync(inProject(folder)).filter(file => file.endsWith('.test.mjs')).map(file => `${folder}/${file}`)
      if (tests.length === 0) throw new Failure(`${folder} has no test`)
      return tests
    })
    return runAndRead([process.execPath, '--test', '--test-reporter=spec', ...files], { env: { BROWSER: name } })
  }
  return { count: countNode, run }
}

main(import.meta.url, async args => {
  const { values, positionals } = parseArgs({
    args, allowPositionals: true, options: { browser: { type: 'string' }, all: { type: 'boolean' } }
  })
  const unknown = positionals.find(name => !parts[name])
  if (unknown) throw new Failure(`the parts are ${everything.join(', ')}; there is no "${unknown}"`)
  const names = positionals.length > 0 ? positionals : everything
  if (values.all) process.env.PACKAGE_ALL = '1'
  const engines = values.browser ? [browser(values.browser).name] : Object.keys(browsers)
  const inEngines = names.some(name => parts[name].inEachEngine) ? engines : []
  const inFirst = names.some(name => ['cross', 'package'].includes(name)) ? engines.slice(0, 1) : []
  await setUp('build', ...new Set([...inEngines, ...inFirst]), ...names.includes('cross') ? ['cross'] : [])

  const results = []
  for (const name of names) await runPart(name, engines, results)
  report(results)
})

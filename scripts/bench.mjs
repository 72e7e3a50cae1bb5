// `npm run bench`: uploads in a browser, side by side with what pages use else (tests/bench).
//
//   npm run bench -- [step…] [--browser chromium|firefox|webkit] [--rounds N: 5] [--check] [--tiny]
//
//   large    one large file with progress                  memory   what a page notices of a very large file
//   small    1,000 small files, six at once                hash     CRC-64 of a file, beside only reading it
//   first    the first upload, on two networks             queue    up to 20,000 files queued, ended, aborted
//   bytes    what a page downloads for one upload
//
// --check fails when a target does not hold (tests/bench/targets.mjs). --tiny only shows that all steps work.
import { build } from './build.mjs'
import { readNumber, readWords } from './flags.mjs'
import { Failure, main } from './project.mjs'
import { setUp } from './setup.mjs'
import { browser } from './setup/browsers.mjs'

const steps = ['large', 'small', 'first', 'memory', 'hash', 'queue', 'bytes']

main(import.meta.url, async args => {
  const { values, positionals } = readWords(args, {
    browser: { type: 'string', default: 'chromium' }, rounds: { type: 'string', default: '5' }, check: { type: 'boolean' }, tiny: { type: 'boolean' }
  }, 'npm run bench -- [step…] [--browser chromium|firefox|webkit] [--rounds N] [--check] [--tiny]')
  const unknown = positionals.find(name => !steps.includes(name))
  if (unknown) throw new Failure(`the steps are ${steps.join(', ')}; there is no "${unknown}"`)
  const rounds = readNumber('rounds', values.rounds, { from: 1, to: 100 })
  const { name } = browser(values.browser)
  await setUp('build', 'bench', name)
  await build({ publish: true })
  // As the tests in a browser, it is told so which, and uses npm's packages, not there before set-up.
  process.env.BROWSER = name
  const { bench } = await import('../tests/bench/bench.mjs')
  const holds = await bench(positionals.length > 0 ? positionals : steps, { rounds, isTiny: Boolean(values.tiny) })
  if (values.check && !holds) throw new Failure('A target does not hold.')
})

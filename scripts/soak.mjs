// `npm run soak`: a page that uploads to the stand-in until the time is over, whatever is put in its way (tests/soak).
//
//   npm run soak -- [--minutes N: 2 | --uploads N] [--faults PERCENT: 25] [--browser chromium|firefox|webkit]
//                   [--pkg FOLDER: a built package, else the project's own is built]
//   npm run soak -- --mutants [--filter TEXT: of their description] [--browser …]
//                                                 whether it notices faults that are put into the library (tests/soak/mutants.mjs)
import { resolve } from 'node:path'
import { build } from './build.mjs'
import { readFlags, readNumber } from './flags.mjs'
import { main } from './project.mjs'
import { setUp } from './setup.mjs'
import { browser } from './setup/browsers.mjs'
import { buildStandin } from './standin.mjs'

const USAGE = 'npm run soak -- [--minutes N | --uploads N] [--faults PERCENT] [--browser chromium|firefox|webkit] [--pkg FOLDER] [--mutants [--filter TEXT]]'

main(import.meta.url, async args => {
  const flags = readFlags(args, {
    minutes: { type: 'string' },
    uploads: { type: 'string' },
    faults: { type: 'string', default: '25' },
    browser: { type: 'string', default: 'chromium' },
    pkg: { type: 'string' },
    mutants: { type: 'boolean' },
    filter: { type: 'string' }
  }, USAGE)
  const limits = {
    minutes: readLimit(flags, 'minutes', { from: 0.1, to: 24 * 60, fraction: true }),
    uploads: readLimit(flags, 'uploads', { from: 1, to: 1_000_000 })
  }
  if (!limits.minutes && !limits.uploads) limits.minutes = 2
  const faults = readNumber('faults', flags.faults, { from: 0, to: 100 })
  const { name } = browser(flags.browser)
  await setUp('build', name)
  await buildStandin()
  // The tests in a browser are told by it which; and like them, this uses npm's packages, not there before set-up.
  process.env.BROWSER = name
  if (flags.mutants) {
    const { soakMutants } = await import('../tests/soak/mutants.mjs')
    return soakMutants(flags.filter)
  }
  if (!flags.pkg) await build({ publish: true })
  const { soak } = await import('../tests/soak/soak.mjs')
  await soak(limits, faults / 100, flags.pkg && resolve(flags.pkg))
})

function readLimit(flags, name, range) {
  return flags[name] === undefined ? undefined : readNumber(name, flags[name], range)
}

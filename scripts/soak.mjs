// `npm run soak`: one page that uploads to the stand-in until the time is over, whatever is put in its way (tests/soak).
//
//   npm run soak -- [--minutes N: 2] [--browser chromium|firefox|webkit]
import { build } from './build.mjs'
import { readFlags, readNumber } from './flags.mjs'
import { main } from './project.mjs'
import { setUp } from './setup.mjs'
import { browser } from './setup/browsers.mjs'
import { buildStandin } from './standin.mjs'

main(import.meta.url, async args => {
  const flags = readFlags(args, {
    minutes: { type: 'string', default: '2' }, browser: { type: 'string', default: 'chromium' }
  }, 'npm run soak -- [--minutes N] [--browser chromium|firefox|webkit]')
  const minutes = readNumber('minutes', flags.minutes, { from: 0.1, to: 24 * 60, fraction: true })
  const { name } = browser(flags.browser)
  await setUp('build', name)
  await build({ publish: true })
  buildStandin()
  // The tests in a browser are told by it which; and like them, this uses npm's packages, not there before set-up.
  process.env.BROWSER = name
  const { soak } = await import('../tests/soak/soak.mjs')
  await soak(minutes)
})

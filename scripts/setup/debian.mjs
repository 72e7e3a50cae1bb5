// Debian's packages: all that are missing in one go, or one message that says what to install.
import { Failure, runQuietly, step, which } from '../project.mjs'

export async function installDebianPackages(needs) {
  if (needs.length === 0) return
  const packages = needs.flatMap(need => need.debian)
  const obstacle = !which('apt-get') ? 'this machine has no apt' : process.getuid() !== 0 ? 'this is not root' : undefined
  if (obstacle) {
    throw new Failure([
      `These are missing, and set-up cannot install them (${obstacle}):`,
      ...needs.map(need => `  ${need.name}: ${need.otherwise}`),
      'On Debian or Ubuntu one command brings them all:',
      `  sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(' ')}`,
      'Then run the same command again.'
    ].join('\n'))
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await step(`apt-get install ${packages.join(' ')}`, async () => {
    await runQuietly(['apt-get', 'update', '-q'], { env })
    // --no-remove: rather fail than take away a package that somebody uses.
    await runQuietly(['apt-get', 'install', '-y', '-q', '--no-install-recommends', '--no-remove', ...packages], { env })
  }, { last: 'about 1 min' })
}

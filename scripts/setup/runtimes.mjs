// The languages of the recipes in examples/ that the project itself does not use.
import { existsSync } from 'node:fs'
import { ask } from '../project.mjs'
import { debianPackages } from '../versions.mjs'

// Asked for its version, not only looked for: `javac` tells a JDK from a JRE, which cannot start a source file.
const runtime = (name, debian, ...version) => ({
  name,
  debian,
  otherwise: `install it, so that \`${version.join(' ')}\` answers`,
  isMet: () => ask(...version) !== undefined
})

/** What the controller in examples/java is compiled against: Spring 4, whatever Debian names the files. */
export const springJars = ['/usr/share/java/spring3-core.jar', '/usr/share/java/spring3-web.jar']

export const runtimes = [
  runtime('JDK 17 or newer', debianPackages.java, 'javac', '-version'),
  {
    name: 'Spring',
    debian: debianPackages.spring,
    otherwise: `${springJars.join(' and ')} must be there`,
    isMet: () => springJars.every(existsSync)
  },
  runtime('Go 1.19 or newer', debianPackages.go, 'go', 'version'),
  runtime('PHP 8', debianPackages.php, 'php', '--version')
]

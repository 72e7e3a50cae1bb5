// Makes a machine able to build and test: finds what is missing, installs it, and does nothing when
// nothing is missing.
//
//   node scripts/setup.mjs [build] [chromium] [firefox] [webkit] [cross] [bench] [fonts]        default: build chromium
import { Failure, main, seconds } from './project.mjs'
import { installDebianPackages } from './setup/debian.mjs'
import { browsers } from './setup/browsers.mjs'
import { chineseFont } from './setup/fonts.mjs'
import { benchModules, nodeModules } from './setup/node_modules.mjs'
import { pythonSdks } from './setup/python.mjs'
import { runtimes } from './setup/runtimes.mjs'
import { wasmBindgen } from './setup/wasm_bindgen.mjs'
import { wasmTarget } from './setup/wasm_target.mjs'

// A requirement: { name, isMet(), debian?: packages, tryFirst?(), build?(), otherwise: what a person can do }
const groups = {
  build: [nodeModules, wasmTarget, wasmBindgen],
  chromium: browsers.chromium,
  firefox: browsers.firefox,
  webkit: browsers.webkit,
  cross: [pythonSdks, ...runtimes],
  bench: [benchModules],
  fonts: [chineseFont]
}

/** Sets up the groups, of which `build` is always one. */
export async function setUp(...names) {
  const start = performance.now()
  const unknown = names.find(name => !groups[name])
  if (unknown) throw new Failure(`set-up knows ${Object.keys(groups).join(', ')}, not "${unknown}"`)
  const missing = [...new Set(['build', ...names])].flatMap(name => groups[name]).filter(need => !need.isMet())
  if (missing.length === 0) return

  for (const need of missing) await need.tryFirst?.()
  const fromDebian = missing.filter(need => need.debian && !need.isMet() && !need.hasPackages?.())
  await installDebianPackages(fromDebian)
  for (const need of missing) if (!need.isMet()) await need.build?.()

  const unmet = missing.filter(need => !need.isMet())
  if (unmet.length > 0) {
    throw new Failure(['Set-up did not bring about:', ...unmet.map(need => `  ${need.name}: ${need.otherwise}`)].join('\n'))
  }
  console.log(`Set-up took ${seconds(start)}; what it made is kept.\n`)
}

main(import.meta.url, async names => {
  await setUp(...names.length > 0 ? names : ['chromium'])
  console.log('Nothing is missing.')
})

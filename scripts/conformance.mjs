// `npm run conformance`: asks the rules that the stand-in is tested by of a bucket of the real OSS, too, and tells where they differ.
//
//   npm run conformance -- --bucket NAME --region REGION [--endpoint https://oss-REGION.aliyuncs.com] [--report FILE] [--yes]
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { readFlags } from './flags.mjs'
import { Failure, ask, inTarget, main, run } from './project.mjs'

const usage = 'npm run conformance -- --bucket NAME --region REGION [--endpoint https://HOST] [--report FILE] [--yes]'
const keyVariables = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET']

main(import.meta.url, async args => {
  const text = { type: 'string' }
  const flags = readFlags(args, { bucket: text, region: text, endpoint: text, report: text, yes: { type: 'boolean', default: false } }, usage)
  const { bucket, region, yes } = flags
  const endpoint = flags.endpoint ?? `https://oss-${region}.aliyuncs.com`
  const need = (isGood, message) => {
    if (!isGood) throw new Failure(`${message}\nUsage: ${usage}`)
  }
  need(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket ?? ''), '--bucket takes the name of a bucket: 3 to 63 lower-case letters, digits and hyphens')
  need(/^[a-z]+(-[a-z0-9]+)+$/.test(region ?? '') && !region.startsWith('oss-'), '--region takes a region such as cn-hangzhou, without "oss-"')
  need(/^https?:\/\/[^/]+$/.test(endpoint), '--endpoint takes an origin such as https://oss-cn-hangzhou.aliyuncs.com')
  for (const name of keyVariables) {
    if (!process.env[name]) throw new Failure(`${name} is not set: the bucket is asked with the keys in ${keyVariables.join(', ')} and, for temporary ones, ALIBABA_CLOUD_SECURITY_TOKEN`)
  }
  await confirm(bucket, endpoint, yes)
  const report = resolve(flags.report ?? inTarget('conformance.md'))
  // The program gets Ctrl-C as well, and deletes what it stored before it ends.
  process.on('SIGINT', () => {})
  run([builtRules(), 'conformance', '--bucket', bucket, '--region', region, '--endpoint', endpoint, '--report', report])
})

/** The program that holds the rules; compiled if need be. */
function builtRules() {
  const build = ['cargo', 'test', '--quiet', '--package', 'standin', '--test', 'rules', '--no-run']
  run(build)
  const messages = ask(...build, '--message-format=json').split('\n').map(line => JSON.parse(line))
  return messages.find(({ target, executable }) => executable && target.name === 'rules').executable
}

async function confirm(bucket, endpoint, yes) {
  console.log([
    `About 400 form posts go to the bucket ${bucket} at ${endpoint}, 30 MB in all, and about 600 requests more`,
    'look at what they stored and delete it: it lies below oss-direct-upload-conformance/. No request costs more than a form post, all of',
    'them together a fraction of a cent. The bucket has to be a plain one: private, no versioning, no retention, no bucket policy.'
  ].join('\n'))
  if (yes) return
  if (!process.stdin.isTTY) throw new Failure('Nobody can be asked here whether to go on: add --yes')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Go on? (yes/no) ')
  terminal.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('Nothing was sent.')
}

// `npm start [-- --port N] [--cloud]`: from a clean machine to the demo page in one command.
import { createServer } from 'node:net'
import { build } from './build.mjs'
import { readFlags, readNumber } from './flags.mjs'
import { Failure, main } from './project.mjs'
import { buildStandin, startStandin } from './standin.mjs'

main(import.meta.url, async args => {
  const flags = { port: { type: 'string', default: '8080' }, cloud: { type: 'boolean', default: false } }
  const { port: text, cloud } = readFlags(args, flags, 'npm start -- [--port N] [--cloud]')
  const port = readNumber('port', text, { from: 1, to: 65533 })
  for (const used of [port, port + 1, port + 2]) await mustBeFree(used, port)
  await build()
  await buildStandin()
  // With the real cloud, its refusals are worth reading.
  if (cloud) process.env.STANDIN_LOG = '1'
  const standin = await startStandin({ port, args: cloud ? ['--cloud'] : [] })
  console.log(`\nThe demo page: ${standin.site}/`)
  console.log(cloud
    ? 'Files go to the real cloud, with the keys in ALIBABA_CLOUD_ACCESS_KEY_ID and …_SECRET.'
    : `Files go to a stand-in for OSS on this machine: ${standin.oss} (what is stored: ${standin.oss}/-/objects)`)
  console.log('Ctrl-C ends it.')
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => standin.stop())
  const reason = await standin.ended
  if (reason !== 0 && reason !== 'SIGINT' && reason !== 'SIGTERM') throw new Failure(`The server ended (${reason}).`)
})

/** Looked at before the long steps, so that nobody waits for a build that cannot be served. */
function mustBeFree(port, first) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', ({ code }) => reject(new Failure(code === 'EADDRINUSE'
      ? `Port ${port} is taken (the page, OSS and the API gateway use ${first} to ${first + 2}).\nChoose another: npm start -- --port ${first + 100}`
      : `Port ${port} cannot be used: ${code}`)))
    server.listen(port, '127.0.0.1', () => server.close(resolve))
  })
}

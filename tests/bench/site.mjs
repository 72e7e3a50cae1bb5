// The page of the bench: its files, the contenders bundled, and the backend that hands out upload parameters.
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build, stop } from 'esbuild'
import { inProject } from '../../scripts/project.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const mediaTypes = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.wasm': 'application/wasm' }
// Not checked by the sink, but a true policy: the library reads it.
const policy = Buffer.from(JSON.stringify({
  expiration: '2099-01-01T00:00:00.000Z',
  conditions: [['content-length-range', 0, 5 * 2 ** 30], ['starts-with', '$key', 'up/']]
})).toString('base64')
const signature = 'dGhlIHNpbmsgY2hlY2tzIG5vdGhpbmc='

/** Path → bytes. Each contender is bundled alone: none may have a file in common with another. */
async function collect() {
  const files = new Map()
  for (const name of readdirSync(join(here, 'page'))) files.set(`/page/${name}`, readFileSync(join(here, 'page', name)))
  files.set('/page/wasm_memory.js', readFileSync(inProject('tests', 'e2e', 'wasm_memory.mjs')))
  for (const name of readdirSync(inProject('pkg'), { recursive: true })) {
    if (/\.(js|wasm)$/.test(name)) files.set(`/pkg/${name}`, readFileSync(inProject('pkg', name)))
  }
  for (const name of readdirSync(join(here, 'contenders'))) {
    const { outputFiles } = await build({
      entryPoints: [join(here, 'contenders', name)], outdir: join(here, 'out'), write: false, chunkNames: `${basename(name, '.js')}/[hash]`,
      bundle: true, minify: true, format: 'esm', splitting: true, platform: 'browser', target: 'es2022', logLevel: 'error',
      // What ali-oss expects of the page's bundler.
      define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' }, mainFields: ['browser', 'module', 'main']
    })
    for (const { path, contents } of outputFiles) files.set(`/contenders/${path.slice(join(here, 'out/').length)}`, Buffer.from(contents))
  }
  // Its process would stay beside what is measured.
  await stop()
  return files
}

const compress = bytes => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })

/**
 * Serves all of it on a port of loopback. Below `/v/ANYTHING/` lie the same files again, at addresses that no cache knows.
 * @param sink origin that the upload parameters name
 */
export async function startSite(sink) {
  const files = await collect()
  // Before anything is measured.
  const compressed = new Map([...files].map(([path, bytes]) => [path, compress(bytes)]))
  let asked = []
  let lastRequest = 0
  const sinks = new Map()
  const params = host => JSON.stringify({ accessid: 'STANDINACCESSKEYID', host: sinks.get(host) ?? sink, policy, signature, expire: 4070908800, dir: 'up/' })

  const server = createServer((request, response) => {
    lastRequest = performance.now()
    const { pathname } = new URL(request.url, 'http://localhost')
    if (pathname === '/params') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(params(request.headers.host))
      return
    }
    const path = pathname.replace(/^\/v\/\w+\//, '/')
    if (!files.has(path)) {
      response.writeHead(404).end()
      return
    }
    asked.push(path)
    // Browsers take brotli over https, and some on loopback.
    const takesBrotli = /\bbr\b/.test(request.headers['accept-encoding'])
    response.writeHead(200, { 'content-type': mediaTypes[extname(path)], ...takesBrotli && { 'content-encoding': 'br' } })
    response.end((takesBrotli ? compressed : files).get(path))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** A proxy stands before the site at `origin`: pages from there get another sink. */
    behind: (origin, sink) => sinks.set(new URL(origin).host, sink),
    /** When the last request came, on this process's clock. */
    lastRequest: () => lastRequest,
    /** The files that were asked for since the last time. */
    takeAsked() {
      const paths = asked
      asked = []
      return paths
    },
    /** Bytes of a file in brotli 11. */
    size: path => compressed.get(path).length,
    stop() {
      server.close()
      server.closeAllConnections()
    }
  }
}

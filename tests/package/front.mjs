// The server in front of a stranger's project: /api/ comes from the stand-in, all else from a folder or from the
// project's own server. So that page and backend have one origin, as in production, whatever the project is.
import { createServer, request } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { once } from 'node:events'

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.json': 'application/json' }

/**
 * @param source `{ folder }` or `{ server }`, an origin
 * @param csp the Content-Security-Policy of the page, if any
 * @param fail paths that are answered with 503, once each
 */
export async function openFront({ site, folder, server, csp, fail = [] }) {
  const failing = new Set(fail)
  const requested = []
  const front = createServer(async (incoming, outgoing) => {
    const path = new URL(incoming.url, 'http://localhost').pathname
    requested.push(path)
    if (csp) outgoing.setHeader('Content-Security-Policy', csp)
    if (failing.delete(path)) outgoing.writeHead(503).end()
    else if (path.startsWith('/api/')) forward(site, incoming, outgoing)
    else if (server) forward(server, incoming, outgoing)
    else await send(folder, path, outgoing)
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  return {
    origin: `http://127.0.0.1:${front.address().port}`,
    requested,
    close() {
      front.close()
      front.closeAllConnections()
    }
  }
}

function forward(origin, incoming, outgoing) {
  const { host } = new URL(origin)
  const onward = request(new URL(incoming.url, origin), { method: incoming.method, headers: { ...incoming.headers, host } }, answer => {
    outgoing.writeHead(answer.statusCode, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', error => outgoing.writeHead(502).end(error.message))
  incoming.pipe(onward)
}

async function send(folder, path, outgoing) {
  const file = path.endsWith('/') ? `${path}index.html` : path
  try {
    const bytes = await readFile(join(folder, normalize(file)))
    outgoing.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(bytes)
  } catch {
    outgoing.writeHead(404).end()
  }
}

// A slow network for browsers that cannot play one: a proxy that holds bytes back, in both directions.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Transform } from 'node:stream'

/**
 * @param origin what it stands before
 * @param latency ms of a round trip, and of a connection's opening
 * @param bytesPerSecond of each direction of a connection
 */
export async function startSlowLink(origin, { latency, bytesPerSecond }) {
  const sockets = new Set()
  const delayed = () => {
    let free = 0
    const waiting = []
    return new Transform({
      transform(chunk, _, done) {
        const now = performance.now()
        free = Math.max(now, free) + chunk.length / bytesPerSecond * 1000
        waiting.push(chunk)
        // Timers that are due at once fire in any order, but the first chunk goes first.
        setTimeout(() => this.push(waiting.shift()), free + latency / 2 - now)
        done()
      },
      flush: done => setTimeout(done, Math.max(0, free - performance.now()) + latency / 2 + 1)
    })
  }
  const server = createServer({ noDelay: true }, async near => {
    const far = connect({ port: new URL(origin).port, host: '127.0.0.1', noDelay: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {
        near.destroy()
        far.destroy()
      })
      socket.on('close', () => sockets.delete(socket))
    }
    far.pipe(delayed()).pipe(near)
    setTimeout(() => near.pipe(delayed()).pipe(far), latency)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    }
  }
}

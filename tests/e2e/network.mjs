// A TCP proxy that misbehaves as networks do: between a page and the stand-in, on an address of its own.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What may be wrong, with a POST and its answer (or, with `request`, another kind of request). Bytes are counted from
 * its first one.
 *
 * @typedef {object} Weather
 * @property {string} [request] what the requests begin with that it is about; others pass
 * @property {number} [times] only the first so many of them
 * @property {number} [latency] milliseconds, of each piece that passes
 * @property {number} [bandwidth] bytes a second, each way
 * @property {number} [resetAt] the connection is reset at so many bytes of the request
 * @property {number} [resetAnswerAt] the same of the answer
 * @property {number} [silentAt] from so many bytes of the request on nothing passes any more, and nobody is told
 * @property {number} [silentAnswerAt] the same of the answer
 * @property {number} [flipAt] one bit of that byte of the request arrives as another
 */

/**
 * @param target the origin that it leads to; may be set later
 * @returns {Promise<{ target: string, origin: string, weather: Weather, requests: number, outage: boolean, cut(): void, close(): void }>}
 */
export async function startNetwork(target, weather = {}) {
  const connections = new Set()
  const network = {
    target,
    weather,
    /** How many requests the weather was about. */
    requests: 0,
    /** Nobody is reached. */
    outage: false,
    /** Reset every connection. */
    cut() { for (const reset of connections) reset() },
    close() {
      server.close()
      network.cut()
    }
  }
  const server = createServer({ noDelay: true }, near => {
    if (network.outage) return near.resetAndDestroy()
    const { hostname, port } = new URL(network.target)
    const far = connect(Number(port), hostname)
    far.setNoDelay(true)
    const reset = () => {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    connections.add(reset)
    near.once('close', () => connections.delete(reset))
    const way = new Way(network, reset)
    pass(near, far, (chunk, forward) => way.request(chunk, forward))
    pass(far, near, (chunk, forward) => way.answer(chunk, forward))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  network.origin = `http://127.0.0.1:${server.address().port}`
  return network
}

/** What one end sends goes through `carry` to the other, and so does that it ended. */
async function pass(from, to, carry) {
  const forward = async bytes => {
    if (bytes.length > 0 && !to.destroyed && !to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')])
  }
  try {
    for await (const chunk of from) await carry(chunk, forward)
    to.end()
  } catch {
    to.destroy()
  }
}

/** The way of one connection, and what is done to what passes. */
class Way {
  #network
  #reset
  #weather = {}
  #sent = 0
  #received = 0

  constructor(network, reset) {
    this.#network = network
    this.#reset = reset
  }

  async request(chunk, forward) {
    // A connection carries one request after the other, and each begins with a piece of its own.
    if (/^[A-Z]+ \//.test(chunk.subarray(0, 20).toString('latin1'))) this.#begin(chunk)
    const { resetAt, silentAt, flipAt } = this.#weather
    const start = this.#sent
    this.#sent += chunk.length
    if (flipAt >= start && flipAt < this.#sent) chunk[flipAt - start] ^= 1
    await this.#carry(chunk, start, { resetAt, silentAt }, forward)
  }

  async answer(chunk, forward) {
    const { resetAnswerAt: resetAt, silentAnswerAt: silentAt } = this.#weather
    const start = this.#received
    this.#received += chunk.length
    await this.#carry(chunk, start, { resetAt, silentAt }, forward)
  }

  #begin(chunk) {
    const { weather } = this.#network
    const { request = 'POST ', times = Infinity } = weather
    this.#sent = 0
    this.#received = 0
    this.#weather = {}
    if (!chunk.subarray(0, request.length).equals(Buffer.from(request))) return
    this.#network.requests += 1
    if (this.#network.requests <= times) this.#weather = weather
  }

  async #carry(chunk, start, { resetAt = Infinity, silentAt = Infinity }, forward) {
    const { latency = 0, bandwidth = Infinity } = this.#weather
    const passing = chunk.subarray(0, Math.max(0, Math.min(resetAt, silentAt) - start))
    // In small pieces, so that a slow way is not a way with pauses.
    const step = bandwidth === Infinity ? passing.length : Math.max(1, Math.floor(bandwidth / 20))
    for (let at = 0; at < passing.length; at += step) {
      const piece = passing.subarray(at, at + step)
      await sleep(latency + piece.length / bandwidth * 1000)
      await forward(piece)
    }
    if (resetAt < start + chunk.length) this.#reset()
    // Nothing more is read either, until the connection is closed.
    if (silentAt < start + chunk.length) await new Promise(() => {})
  }
}

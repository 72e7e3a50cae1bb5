// Waiting for a condition, never for a time.

import { setTimeout as pause } from 'node:timers/promises'

/**
 * Ask again until the answer is truthy, and give it back.
 *
 * @param describe added to the message when the time is up: what was there instead
 */
export async function until(what, ask, { timeout = 60_000, describe = () => '' } = {}) {
  const end = Date.now() + timeout
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`not within ${timeout / 1000} s: ${what}\n${await describe()}`)
    await pause(50)
  }
}

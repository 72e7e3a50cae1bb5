// Much work in little pieces.

/** Milliseconds until the page gets its turn. A person notices when it stands still for 50. */
const MAX_WORK = 12

/** Does `work` with each item: at once with the first ones, and with so many at a time that the page stays smooth. */
export async function inTurns(items, work) {
  let began = performance.now()
  for (const item of items) {
    if (performance.now() - began > MAX_WORK) {
      await turn()
      began = performance.now()
    }
    work(item)
  }
}

/** Until the page had its turn. Not by a timer: in a hidden tab that takes a second. */
function turn() {
  const { port1, port2 } = new MessageChannel()
  return new Promise(resolve => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

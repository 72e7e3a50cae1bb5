// How long the main thread was busy at a stretch.

/**
 * Where the browser tells (Chromium), its long tasks, which begin at 50 ms: shorter ones count as 0. Elsewhere the longest
 * wait of a timer beyond its time, which is as long as the longest task, or longer where the machine has other work.
 */
export function watchTasks() {
  let longest = 0
  const saw = ms => { longest = Math.max(longest, ms) }
  const settle = () => new Promise(resolve => setTimeout(resolve, 60))
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
    const read = list => list.forEach(entry => saw(entry.duration))
    const observer = new PerformanceObserver(list => read(list.getEntries()))
    observer.observe({ type: 'longtask' })
    return {
      async longest() {
        await settle()
        read(observer.takeRecords())
        observer.disconnect()
        return longest
      }
    }
  }
  const every = 10
  let due = performance.now() + every
  const timer = setInterval(() => {
    saw(performance.now() - due)
    due = performance.now() + every
  }, every)
  return {
    async longest() {
      await settle()
      clearInterval(timer)
      return longest
    }
  }
}

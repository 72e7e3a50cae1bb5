// The memory of a browser's processes, as Linux has it.
import { readdirSync, readFileSync } from 'node:fs'

// What the processes of pages are called: Chromium's, Firefox's, WebKitGTK's.
const ofPages = /--type=renderer|^(?:Isolated )?Web Co|^WebKitWebProces/

const read = (pid, file) => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

function descendants(root) {
  const children = new Map()
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number)) {
    const parent = Number(read(pid, 'stat').split(') ').at(-1).split(' ')[1])
    children.set(parent, [...children.get(parent) ?? [], pid])
  }
  const below = pid => (children.get(pid) ?? []).flatMap(child => [child, ...below(child)])
  return below(root)
}

const residentMiB = pid => Number(/VmRSS:\s+(\d+)/.exec(read(pid, 'status'))?.[1] ?? 0) / 1024

/**
 * Watches the resident memory of a browser's pages. A browser has more of them than the one that is open (its own parts,
 * and one in reserve), so each is compared with itself, and the one that grew most is meant.
 *
 * @param driver process of the WebDriver program, which started the browser
 */
export function watchPages(driver) {
  const pages = descendants(driver).filter(pid => ofPages.test(read(pid, 'comm') + read(pid, 'cmdline')))
  if (pages.length === 0) throw new Error('the processes of the pages were not found')
  const before = new Map(pages.map(pid => [pid, residentMiB(pid)]))
  let most = 0
  const look = () => {
    for (const [pid, resident] of before) most = Math.max(most, residentMiB(pid) - resident)
  }
  const timer = setInterval(look, 100).unref()
  return {
    /** MiB by which one of them was larger than at the beginning. */
    growth() {
      look()
      clearInterval(timer)
      return most
    }
  }
}

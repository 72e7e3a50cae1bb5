// The memory of a browser's processes, as Linux has it.
import { readdirSync, readFileSync } from 'node:fs'

// The process of a page: Chromium's, Firefox's, WebKitGTK's.
const ofPage = /--type=renderer|\0tab\0|WebKitWebProcess/

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

/** The process that renders the page, of those that a WebDriver program started: the largest of its kind. */
export function rendererOf(driver) {
  const renderers = descendants(driver).filter(pid => ofPage.test(read(pid, 'cmdline')))
  if (renderers.length === 0) throw new Error('the process of the page was not found')
  return renderers.toSorted((a, b) => residentMiB(b) - residentMiB(a))[0]
}

/** Resident memory, in MiB. */
export const residentMiB = pid => Number(/VmRSS:\s+(\d+)/.exec(read(pid, 'status'))?.[1] ?? 0) / 1024

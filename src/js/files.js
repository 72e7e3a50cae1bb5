// The files of a drop, a paste or an input, folders walked.

/** What systems put into folders by themselves. Nobody means to upload it. */
const SYSTEM_FILES = ['.DS_Store', 'Thumbs.db', 'desktop.ini']

const isSystemFile = path => path.includes('/') && SYSTEM_FILES.includes(path.slice(path.lastIndexOf('/') + 1))

/** `photos/2026/a.jpg` for a file of a folder, else the file's name. */
export const pathOf = file => file.webkitRelativePath || file.name || 'blob'

/**
 * See files.d.ts. What is dropped is looked at before the first `await`: it is gone when the event ends.
 */
export async function filesFrom(source, { onUnreadable = error => { throw error } } = {}) {
  const found = await Promise.all(itemsOf(source).map(item => item.isDirectory ? walk(item, item.name, onUnreadable) : [item]))
  return found.flat().filter(file => !isSystemFile(pathOf(file)))
}

/** Files, and entries of folders. */
function itemsOf(source) {
  const items = [...source?.items ?? []].filter(({ kind }) => kind === 'file').map(item => {
    const entry = item.webkitGetAsEntry?.()
    return entry?.isDirectory ? entry : item.getAsFile()
  })
  // Some browsers list pasted files here only.
  const list = items.length > 0 ? items : source?.files ?? source
  if (typeof list !== 'object' || !list?.[Symbol.iterator]) {
    throw new TypeError('filesFrom takes a DataTransfer, a file input, a FileList, or an array of files.')
  }
  return [...list].filter(Boolean)
}

async function walk(entry, path, onUnreadable) {
  try {
    if (entry.isFile) return [withPath(await call(entry, 'file'), path)]
    const children = await readAll(entry.createReader())
    return (await Promise.all(children.map(child => walk(child, `${path}/${child.name}`, onUnreadable)))).flat()
  } catch (cause) {
    // A folder above passes on what its children's reader threw.
    if (cause instanceof UnreadableError) throw cause
    onUnreadable(new UnreadableError(path, cause))
    return []
  }
}

class UnreadableError extends Error {
  name = 'UnreadableError'

  constructor(path, cause) {
    super(`"${path}" cannot be read.`, { cause })
    this.path = path
  }
}

/** A reader gives its entries in batches (of 100 in Chromium), and an empty one at the end. */
async function readAll(reader) {
  const all = []
  for (;;) {
    const batch = await call(reader, 'readEntries')
    if (batch.length === 0) return all
    all.push(...batch)
  }
}

const call = (object, method) => new Promise((resolve, reject) => object[method](resolve, reject))

/** As browsers do for the files of a chosen folder; those of a dropped one come without. */
const withPath = (file, path) => Object.defineProperty(file, 'webkitRelativePath', { value: path, configurable: true })

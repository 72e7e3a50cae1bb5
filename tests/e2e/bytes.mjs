// Files to upload: the same bytes for the same seed, here and in the browser.

import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const KiB = 1024
export const MiB = 1024 * KiB

/** Marsaglia's xorshift32. Also runs in the page, by its source: it must refer to nothing outside itself. */
export function makeBytes(seed, length) {
  const words = new Int32Array(Math.ceil(length / 4))
  let word = seed
  for (let i = 0; i < words.length; i += 1) {
    word ^= word << 13
    word ^= word >>> 17
    word ^= word << 5
    words[i] = word
  }
  return new Uint8Array(words.buffer, 0, length)
}

export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A folder for files on disk, gone after the tests. */
export async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'oss-direct-upload-'))
  return {
    path,
    /** @returns {Promise<{ path: string, name: string, size: number, sha256: string }>} */
    async write(name, size, seed = size + 1) {
      const bytes = makeBytes(seed, size)
      const file = join(path, name)
      await writeFile(file, bytes)
      return { path: file, name, size, sha256: sha256(bytes) }
    },
    remove: () => rm(path, { recursive: true, force: true })
  }
}

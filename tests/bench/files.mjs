// The files that are uploaded, and their CRC-64, which the sink reads from the object's key.
import { randomFillSync } from 'node:crypto'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCRC64 } from 'hash-wasm'
import { MiB } from '../e2e/bytes.mjs'

async function crc64(size, nextPiece) {
  const hasher = await createCRC64()
  hasher.init()
  for (let left = size; left > 0; left -= MiB) hasher.update(nextPiece().subarray(0, Math.min(left, MiB)))
  return BigInt(`0x${hasher.digest()}`).toString()
}

const zeros = new Uint8Array(MiB)
export const crc64OfZeros = size => crc64(size, () => zeros)

/** A file of zeros that takes no room on the disk: what is measured is not the disk. */
export async function sparseFile(folder, mebibytes) {
  const size = mebibytes * MiB
  const path = join(folder, `zeros_crc64-${await crc64OfZeros(size)}.bin`)
  writeFileSync(path, '')
  truncateSync(path, size)
  return { path, size }
}

export async function randomFile(folder, mebibytes) {
  const path = join(folder, `random-${mebibytes}.bin`)
  const piece = new Uint8Array(MiB)
  writeFileSync(path, '')
  const sum = await crc64(mebibytes * MiB, () => {
    writeFileSync(path, randomFillSync(piece), { flag: 'a' })
    return piece
  })
  return { path, size: mebibytes * MiB, crc64: sum }
}

// What was seen of a wave, held against what was asked for and what is stored: a list of problems, each a sentence.

import { makeBytes, sha256 } from '../e2e/bytes.mjs'

/**
 * @param seen what `uploadWave` told
 * @param objects what the stand-in has stored since the last wave
 * @param posts what it saw of the requests
 */
export function checkWave(wave, seen, { objects, posts }, concurrency) {
  const { uploads, ...queue } = wave
  const problems = [...seen.problems]
  if (seen.mostAtOnce > concurrency) problems.push(`${seen.mostAtOnce} posts at once, though ${concurrency} are allowed`)
  if (seen.running !== 0) problems.push(`${seen.running} posts are under way when all uploads have ended`)
  if (seen.listed > uploads.length) problems.push(`the uploader lists ${seen.listed} tasks, ${uploads.length} were added`)
  if (seen.memory.length !== 1) problems.push(`${seen.memory.length} modules were loaded`)
  for (const upload of uploads) {
    const record = seen.records[upload.name]
    const isOfUpload = ({ key }) => key.endsWith(`/${upload.name}`)
    const stored = objects.filter(isOfUpload)
    for (const problem of checkUpload(upload, record, stored)) {
      problems.push(`${problem}\n  asked: ${JSON.stringify({ ...upload, expected: undefined, queue })}\n  seen: ${JSON.stringify(record)}\n  stored: ${JSON.stringify(stored)}\n  OSS saw: ${JSON.stringify(posts.filter(isOfUpload))}`)
    }
  }
  return problems
}

const endOf = { done: 'done', failed: 'error', aborted: 'abort' }

function *checkUpload({ name, size, seed, expected, awaitsResult }, record, stored) {
  const { state, ends, told, wasAborted, hasReason, settled, settledAlike, code, result } = record
  if (ends.length !== 1 || ends[0] !== endOf[state]) return yield `${name} is ${state} after the terminal events [${ends}]`
  if (told !== 1) yield `${name}: the uploader told its end ${told} times`
  if (awaitsResult && (settled !== (state === 'done' ? 'done' : 'not done') || !settledAlike)) yield `${name} is ${state}, but its promise says ${settled ?? 'nothing'}`

  const wanted = wasAborted ? 'aborted' : expected.state
  if (state !== wanted) yield `${name} is ${state} instead of ${wanted}`
  else if (wasAborted) yield* hasReason ? [] : [`${name} was aborted with another reason`]
  else if (code !== (expected.code ?? null)) yield `${name} failed with ${code} instead of ${expected.code}`

  if (stored.length > 1) yield `${name} is stored ${stored.length} times`
  // What was aborted may have arrived before.
  if (!wasAborted && stored.length > 0 !== expected.stored) yield `${name} is ${expected.stored ? 'not ' : ''}stored`
  if (state !== 'done') return
  const [object] = stored
  if (!object) return yield `${name} is done, but not stored`
  if (object.bucket !== result.bucket || object.key !== result.key) yield `${name} is stored elsewhere`
  if (object.size !== size || object.sha256 !== sha256(makeBytes(seed, size))) yield `${name}: other bytes are stored`
  if (result.crc64 && result.crc64 !== object.crc64) yield `${name}: the CRC-64 of what is stored is another`
  if (result.verified !== expected.verified) yield `${name}: verified is ${result.verified}`
}

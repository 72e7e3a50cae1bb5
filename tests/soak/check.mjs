// What was seen of a wave, held against what was asked for and what is stored: a list of problems, each a sentence.

import { makeBytes, sha256 } from '../e2e/bytes.mjs'
import { isOne } from '../e2e/table.mjs'
import { isLeftAlone } from './plan.mjs'

// An upload that meets nothing takes milliseconds. So much, without waiting for its turn, is a wait for something lost.
const LONGEST_MS = 15_000

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
  if (seen.asking !== 0) problems.push(`${seen.asking} requests to the backend are under way when all uploads have ended`)
  if (seen.listed > uploads.length) problems.push(`the uploader lists ${seen.listed} tasks, ${uploads.length} were added`)
  if (seen.memory.length !== 1) problems.push(`${seen.memory.length} modules were loaded`)
  for (const upload of uploads) {
    const record = seen.records[upload.name]
    const of = ofUpload(upload, objects, posts)
    const checks = [
      ...checkUpload(upload, record, of.stored),
      ...isLeftAlone(upload, wave) ? checkWay(upload, record, of.posts, wave) : [],
      ...record.abortedIn ? checkAborted(upload, record, of.posts, wave) : []
    ]
    for (const problem of checks) problems.push(withFacts(problem, { upload, queue, record, ...of }))
  }
  problems.push(...checkSharing(wave, seen))
  return problems
}

/**
 * Of a page that went away in the middle of a wave: what is stored is whole, and stored once. How often it was posted is not
 * checked: a reload ends requests, and Firefox lets the old page run for a moment, in which it tries again.
 */
export function checkForsaken({ uploads, ...queue }, { objects, posts }) {
  const problems = []
  for (const upload of uploads) {
    const of = ofUpload(upload, objects, posts)
    for (const problem of checkStored(upload, of.stored)) problems.push(withFacts(problem, { upload, queue, ...of }))
  }
  return problems
}

function ofUpload({ name }, objects, posts) {
  const isOfUpload = ({ key }) => key.endsWith(`/${name}`)
  return { stored: objects.filter(isOfUpload), posts: posts.filter(isOfUpload) }
}

function withFacts(problem, { upload, queue, record, stored, posts }) {
  return `${problem}\n  asked: ${JSON.stringify({ ...upload, expected: undefined, queue })}\n  seen: ${JSON.stringify(record)}\n  stored: ${JSON.stringify(stored)}\n  OSS saw: ${JSON.stringify(posts)}`
}

const endOf = { done: 'done', failed: 'error', aborted: 'abort' }

function *checkUpload(upload, record, stored) {
  const { name, expected, awaitsResult } = upload
  const { state, ends, told, abortedIn, hasReason, settled, settledAlike, code, result } = record
  if (ends.length !== 1 || ends[0] !== endOf[state]) return yield `${name} is ${state} after the terminal events [${ends}]`
  if (told !== 1) yield `${name}: the uploader told its end ${told} times`
  if (awaitsResult && (settled !== (state === 'done' ? 'done' : 'not done') || !settledAlike)) yield `${name} is ${state}, but its promise says ${settled ?? 'nothing'}`

  const wanted = abortedIn ? 'aborted' : expected.state
  if (state !== wanted) yield `${name} is ${state} instead of ${wanted}`
  else if (abortedIn) yield* hasReason ? [] : [`${name} was aborted with another reason`]
  else if (code !== (expected.code ?? null)) yield `${name} failed with ${code} instead of ${expected.code}`

  yield* checkStored(upload, stored)
  // What was aborted may have arrived before.
  if (!abortedIn && stored.length > 0 !== expected.stored) yield `${name} is ${expected.stored ? 'not ' : ''}stored`
  if (state !== 'done') return
  const [object] = stored
  if (!object) return yield `${name} is done, but not stored`
  if (object.bucket !== result.bucket || object.key !== result.key) yield `${name} is stored elsewhere`
  if (result.crc64 && result.crc64 !== object.crc64) yield `${name}: the CRC-64 of what is stored is another`
  if (result.verified !== expected.verified) yield `${name}: verified is ${result.verified}`
}

function *checkStored({ name, size, seed }, stored) {
  if (stored.length > 1) yield `${name} is stored ${stored.length} times`
  for (const object of stored) {
    if (object.size !== size || object.sha256 !== sha256(makeBytes(seed, size))) yield `${name}: other bytes are stored`
  }
}

/** A browser sends a request again by itself when a connection that was kept open is reset. */
const mayBeSentAgain = fault => /^(reset|lost-answer)/.test(fault)

/** What stalls within a time this short may not have left the browser yet, on a busy machine. */
const mayNotBeSent = fault => fault.startsWith('stall')

/** The way of an upload that nobody touched: no attempt, no post, no question more than is its due. */
function *checkWay({ name, fault = '', sharesParams, expected }, { attempts, asks, elapsed }, posts, { isBrief }) {
  // Shared parameters that lasted only a moment may have ended on the way.
  const inVain = sharesParams && isBrief ? attempts.filter(code => code === 'POLICY_EXPIRED').length : 0
  const counted = attempts.length - inVain
  if (!isOne(expected.attempts, counted)) yield `${name} took ${counted} attempts instead of ${expected.attempts}: [${attempts}]`
  const [tooFew, tooMany] = [posts.length < attempts.length, posts.length > attempts.length]
  if (tooFew && !mayNotBeSent(fault) || tooMany && !mayBeSentAgain(fault)) {
    yield `${name} was posted ${posts.length} times in ${attempts.length} attempts`
  }
  if (sharesParams ? asks > 1 + inVain : !isOne([expected.refreshes].flat().map(count => count + 1), asks)) {
    yield `${name}: the backend was asked ${asks} times`
  }
  if (!fault && elapsed > LONGEST_MS) yield `${name} took ${Math.round(elapsed)} ms`
}

/** From the moment of the abort on nothing is asked or posted any more. */
function *checkAborted({ name, fault = '', pauses }, { abortedIn, attempts, asks }, posts, wave) {
  if (asks > abortedIn.asks) yield `${name} was aborted, and then the backend was asked`
  if (mayBeSentAgain(fault) || wave.event === 'outage') return
  // That of each attempt, those that a pause has cut, and one that was under way.
  const most = attempts.length + pauses.length + wave.pauses.length + (['uploading', 'verifying'].includes(abortedIn.state) ? 1 : 0)
  if (posts.length > most) yield `${name} was aborted when ${abortedIn.state}, and then posted`
}

/** Parameters that last are asked for once. Only who is paused or aborted while asking leaves the question to another. */
function *checkSharing(wave, { records }) {
  if (wave.isBrief || wave.event) return
  const askers = wave.uploads.filter(upload => upload.sharesParams && isLeftAlone(upload, wave) && records[upload.name].asks > 0)
  if (askers.length > 1) yield `the shared parameters were asked for by ${askers.map(({ name }) => name).join(' and ')}`
}

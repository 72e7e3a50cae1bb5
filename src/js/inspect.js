// What a backend gave, for tools and tests to look at: no upload loads this. The engine says it in lists of texts, which
// are put here in the words of index.d.ts.
import { json } from '../browser/shell.js'

export async function parsePolicy(engine, base64) {
  const [expiration, ...conditions] = await listed(engine, engine.parsePolicy(String(base64)))
  return { expiration: iso(expiration), conditions: conditions.map(condition) }
}

export async function normalizeParams(engine, answer, options) {
  const { allowedHosts, anonymous } = options ?? {}
  const list = await listed(engine, engine.normalizeParams(json(answer), JSON.stringify({ allowedHosts, anonymous })))
  const [expiration, url, bucket, place, name, signatureVersion, fields] = list
  const params = { url, bucket, [place]: name, signatureVersion, fields, expiration: iso(expiration) }
  // What is not known is not there.
  if (bucket === undefined) delete params.bucket
  if (expiration === undefined) delete params.expiration
  return params
}

/** What begins with a text is a failure. */
async function listed(engine, list) {
  if (typeof list[0] === 'string') throw await engine.toError(list)
  return list
}

function condition([operator, ...parts]) {
  const [field, value] = parts
  if (operator === 'content-length-range') return { operator, min: Number(field), max: Number(value) }
  return operator === 'in' || operator === 'not-in' ? { operator, field, values: parts.slice(1) } : { operator, field, value }
}

function iso(ms) {
  const date = new Date(ms)
  // Years that no calendar has.
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

import { toError } from './words.js'

/** The page's own check as a function. Limits are checked by a file of its own, for the pages that have some. */
export async function checkOf(validate, locale) {
  if (typeof validate !== 'object' || validate === null) return validate
  const { minSize, maxSize, accept } = validate
  const { excess } = await import('./limits.js')
  return async ({ name, size, type }) => {
    const message = excess(minSize, maxSize, accept, name, size, type)
    if (message) throw await toError(['POLICY_VIOLATION', 'check', message, false], locale)
  }
}

// What the engine tells in lists (src/browser/report.rs), in the words of index.d.ts.

/** What is not known is not there. */
function named(names, list) {
  const object = {}
  names.split(' ').forEach((name, index) => {
    if (list[index] !== undefined) object[name] = list[index]
  })
  return object
}

export function failure(list) {
  const failure = named('code phase message retryable status requestId cause', list)
  if (list.length > 7) failure.oss = named('code message ec hostId recommendDoc', list.slice(7))
  return failure
}

export const details = {
  failure,

  progress: ([loaded, total, speed, eta = null, state, attempt]) =>
    ({ loaded, total, ratio: total > 0 ? loaded / total : 1, speed, eta, state, attempt }),

  attempt(list) {
    const attempt = named('attempt elapsed sent retryDelay', list)
    if (list.length > 4) attempt.error = failure(list.slice(4))
    return attempt
  },

  done(list) {
    const result = named('key bucket url etag crc64 verified requestId versionId status callback attempts elapsed', list)
    if ('callback' in result) result.callback = parsed(result.callback)
    return result
  }
}

/** Whatever the application server answered: JSON, or something else. */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

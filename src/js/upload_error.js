const known = ['code', 'phase', 'retryable', 'status', 'requestId', 'oss', 'hint', 'key', 'bucket', 'url']

/** Every failure of an upload, an abort excepted. See index.d.ts. */
export class UploadError extends Error {
  constructor(message, { cause, ...details }) {
    super(message, cause === undefined ? undefined : { cause })
    // What is not known is not there.
    for (const name of known) if (details[name] !== undefined) this[name] = details[name]
  }

  // On the prototype, as with the built-in errors: a console shows it as the error's name, not as one of its properties.
  get name() {
    return 'UploadError'
  }

  toJSON() {
    // `message` and `cause` are not enumerable.
    const { name, message, cause } = this
    return { name, message, ...this, ...cause === undefined ? {} : { cause } }
  }
}

/** The error that pages see, of a failure as the engine tells it (src/npm/events.rs). */
export const toError = failure => new UploadError(failure.message, failure)

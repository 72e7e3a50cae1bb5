const known = ['code', 'phase', 'retryable', 'status', 'requestId', 'oss', 'hint', 'key', 'bucket', 'url']

/**
 * Every failure of an upload, an abort excepted. See index.d.ts. Each entry is one file, so that a page fetches it in one go;
 * all that a page imports share the class of the first, so that `instanceof` holds whichever of them threw.
 */
export const UploadError = globalThis[Symbol.for('oss-direct-upload.UploadError')] ??= class UploadError extends Error {
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

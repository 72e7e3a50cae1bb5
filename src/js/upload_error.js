/** Every failure of an upload, an abort excepted. See index.d.ts. */
export class UploadError extends Error {
  constructor(message, { code, phase, retryable, status, requestId, oss, hint, cause }) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.phase = phase
    this.retryable = retryable
    if (status !== undefined) this.status = status
    if (requestId !== undefined) this.requestId = requestId
    if (oss !== undefined) this.oss = oss
    if (hint !== undefined) this.hint = hint
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

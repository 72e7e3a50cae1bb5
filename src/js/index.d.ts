/**
 * Upload files from the browser straight to Alibaba Cloud OSS.
 *
 * Sizes are bytes, times are milliseconds, speeds are bytes per second, unless a name says otherwise.
 */

/** How an upload ended, or why one attempt at it failed. See the error catalogue in the README. */
export type UploadErrorCode =
  | 'INVALID_PARAMS'
  | 'PARAMS_REFUSED'
  | 'FORBIDDEN_HOST'
  | 'POLICY_EXPIRED'
  | 'POLICY_VIOLATION'
  | 'OSS_REFUSED'
  | 'CALLBACK_FAILED'
  | 'INVALID_RESPONSE'
  | 'NETWORK'
  | 'STALLED'
  | 'INTEGRITY'
  | 'FILE_UNREADABLE'

/** The step of an upload in which an error arose. */
export type UploadPhase = 'params' | 'check' | 'post' | 'verify'

/** What OSS, or Alibaba Cloud's gateway, said of a failure in its own words. */
export interface OssRefusal {
  /** Such as `AccessDenied`. */
  code: string
  message: string
  /** Fine-grained error number, such as `0006-00000227`. It may change: do not branch on it. */
  ec?: string
  hostId?: string
  /** A page of Alibaba's that explains the error. */
  recommendDoc?: string
}

/**
 * Every failure of an upload, an abort excepted (that rejects with `signal.reason`).
 * Malformed options throw a `TypeError` instead, before any request.
 * No policy, signature or token is ever part of it.
 */
export class UploadError extends Error {
  constructor(message: string, details: UploadErrorDetails)
  readonly name: 'UploadError'
  /** What went wrong, in the upload's `locale`. */
  readonly message: string
  readonly code: UploadErrorCode
  readonly phase: UploadPhase
  /** Whether the same upload may succeed when tried again later without a change. */
  readonly retryable: boolean
  /** HTTP status of the answer, where there was one. */
  readonly status?: number
  /** What Alibaba's support asks for. */
  readonly requestId?: string
  readonly oss?: OssRefusal
  /** What to do about it, in the upload's `locale`. */
  readonly hint?: string
  /** Object key, where the file is stored all the same: with `CALLBACK_FAILED`. */
  readonly key?: string
  /** Bucket of that object, where it is known. */
  readonly bucket?: string
  /** Address of that object, without a signature. */
  readonly url?: string
  /** What code of the page's, or `fetch`, threw. Absent where it holds a secret, or cannot be looked through. */
  readonly cause?: unknown
  /** All of the above as a plain object, for logs. */
  toJSON(): UploadErrorDetails & { name: 'UploadError'; message: string }
}

export interface UploadErrorDetails {
  code: UploadErrorCode
  phase: UploadPhase
  retryable: boolean
  status?: number
  requestId?: string
  oss?: OssRefusal
  hint?: string
  key?: string
  bucket?: string
  url?: string
  cause?: unknown
}

/** The facts of a file that a backend may base its answer on. */
export interface FileInfo {
  name: string
  size: number
  /** Media type; empty when the browser knows none. */
  type: string
}

/** What a `params` function is called with. */
export interface ParamsContext {
  file: FileInfo
  /** 1 for the first time, then one more each time this upload asks again. */
  attempt: number
  /** Why parameters are wanted: the first time, the last ones expired, or OSS no longer took them. */
  reason: 'first' | 'expired' | 'refused'
  /** Aborted when the answer is no longer waited for: the upload is aborted or paused, or the answer is here. */
  signal: AbortSignal
}

/** A description of the request that asks the backend. */
export interface ParamsRequest {
  /** Relative to the page, or absolute. */
  url: string
  /** @default 'GET' */
  method?: string
  headers?: Record<string, string>
  /** @default 'same-origin' */
  credentials?: RequestCredentials
  /** Added to the address, beside `fileName`, `size` and `type`. */
  query?: Record<string, string>
  /**
   * Body of the request: an object is sent as JSON. With a body, `method` defaults to `POST` and
   * `fileName`, `size` and `type` are still sent in the address.
   */
  body?: string | Record<string, unknown>
}

/**
 * Where upload parameters come from: the address of your backend, a description of the request, or a
 * function that returns the backend's answer (parsed JSON, in any of the documented shapes).
 */
export type ParamsSource = string | URL | ParamsRequest | ((context: ParamsContext) => unknown)

/** The state of an upload. The last three are terminal: exactly one of them is reached, once. */
export type UploadState =
  | 'queued'
  /** Asking for parameters and checking the file against the policy. */
  | 'preparing'
  | 'uploading'
  /** Stored; the checksum of the file is being finished and compared. */
  | 'verifying'
  /** Between two attempts, or offline until the browser is online again. */
  | 'waiting'
  | 'paused'
  | 'done'
  | 'failed'
  | 'aborted'

export interface UploadProgress {
  /** Bytes of the file that have been sent in this attempt. Never falls within an attempt. */
  loaded: number
  /** Size of the file. */
  total: number
  /** `loaded / total`, 0 to 1; 1 for an empty file once it is done. */
  ratio: number
  /** Smoothed speed; 0 while unknown. */
  speed: number
  /** Time left; `null` while unknown. */
  eta: number | null
  state: UploadState
  /** 1 for the first. */
  attempt: number
}

/** One attempt at posting the file, reported when it ended. */
export interface UploadAttempt {
  attempt: number
  /** Time from the start of the request to its end. */
  elapsed: number
  /** Bytes of the file that were sent. */
  sent: number
  /** Why it failed; absent when it succeeded. */
  error?: UploadError
  /** How long until the next attempt; absent when there is none, and while the browser is offline. */
  retryDelay?: number
}

export interface UploadResult {
  /** Object key. */
  key: string
  /** Empty where parameters, policy and host do not name it, as with a custom domain. */
  bucket: string
  /** Address of the object, without a signature. */
  url: string
  etag?: string
  /** CRC-64/XZ of the file, as an unsigned decimal number. */
  crc64?: string
  /** Whether OSS's checksum was readable and equals the file's. */
  verified: boolean
  requestId?: string
  versionId?: string
  /**
   * HTTP status: 200, 201 or 204; 409 when an earlier attempt whose answer was lost had stored the file already.
   */
  status: 200 | 201 | 204 | 409
  /** Body of the callback's answer: parsed when it is JSON, else the text. */
  callback?: unknown
  /** How often the file was posted. */
  attempts: number
  /** Time from the start to the end of the upload. */
  elapsed: number
}

export interface RetryOptions {
  /**
   * How often the file is posted at most.
   * @default 4
   */
  attempts?: number
  /**
   * Upper bound of the first delay; it doubles with every attempt. The delay is drawn between 0 and the bound.
   * @default 500
   */
  minDelay?: number
  /** @default 20000 */
  maxDelay?: number
}

/** Limits of your own, beside those of the signed policy. */
export interface ValidateOptions {
  minSize?: number
  maxSize?: number
  /** As in `<input accept>`: `image/*`, `application/pdf`, `.csv`. */
  accept?: string[]
}

export interface UploadOptions {
  params: ParamsSource
  /**
   * Object key, or a function that makes it (or a promise of it). For parameters with a prefix (`dir`): the prefix is
   * put in front where it is missing. Parameters with a fixed key allow no other; those without any need this one.
   * @default dir + uuid + '/' + file name
   */
  key?: string | ((file: FileInfo, dir: string) => string | Promise<string>)
  /**
   * Media type that OSS stores and serves.
   * @default the file's own type
   */
  contentType?: string
  /** Further form fields, such as `x-oss-forbid-overwrite` or `Content-Disposition`. */
  fields?: Record<string, string>
  /**
   * User metadata: `{ author: 'me' }` is sent as `x-oss-meta-author`. Names have letters, digits and hyphens. For values OSS
   * documents printable ASCII: encode others, by `encodeURIComponent` say.
   */
  metadata?: Record<string, string>
  /** Callback variables: `{ user: '1' }` is sent as `x:user`. */
  callbackVars?: Record<string, string>
  /** Aborts the upload; it then rejects with `signal.reason`. `AbortSignal.timeout(ms)` limits the whole time. */
  signal?: AbortSignal
  /** At most about 20 calls a second. A listener makes the browser ask OSS for permission first (CORS preflight). */
  onProgress?: (progress: UploadProgress) => void
  onStateChange?: (state: UploadState) => void
  onAttempt?: (attempt: UploadAttempt) => void
  /** `false`: one attempt only. */
  retry?: false | RetryOptions
  /**
   * Without a byte for this long the attempt has failed, and so has a request to the backend without an answer; 0
   * switches it off. A `params` function is not limited. Bytes that cannot be seen (all of them,
   * when nobody listens for progress; at the end those in the system's buffers, at most 4 MiB) are given the time
   * on top that they take at 16 kB/s. While `verifying`, a file that is not read to its end for this long and 1 s for
   * each MB counts as unreadable: the upload is done, and not verified.
   * @default 30000
   */
  stallTimeout?: number
  /**
   * Compare the CRC-64 of the file with the one OSS computed.
   * @default true
   */
  verify?: boolean
  /**
   * How long the upload waits while the browser says that it is offline. It is tried now and then all the same, for
   * some browsers say so for ever.
   * @default 600000
   */
  offlineTimeout?: number
  /**
   * Hosts that may be uploaded to: hosts, origins, or `*.example.com` for all below. A host without a port stands for
   * every port. By default any https host.
   */
  allowedHosts?: string[]
  /** Checked before anything is asked or sent. A function throws, rejects or returns `false` to refuse the file. */
  validate?: ValidateOptions | ((file: FileInfo) => boolean | void | Promise<boolean | void>)
  /**
   * Allow parameters that carry no signature: for buckets that anyone may write to.
   * @default false
   */
  anonymous?: boolean
  /**
   * Language of the errors' messages and hints.
   * @default 'en'
   */
  locale?: 'en' | 'zh-CN'
}

/**
 * Upload one file.
 *
 * @throws {TypeError} when an option is malformed, before any request
 * @throws {UploadError} when the upload failed
 * @throws `signal.reason` when the upload was aborted
 *
 * @example
 * const result = await upload(file, { params: '/api/upload-params', onProgress: p => { bar.value = p.ratio } })
 */
export function upload(file: Blob, options: UploadOptions): Promise<UploadResult>

export interface UploaderOptions extends Omit<UploadOptions, 'signal' | 'onProgress' | 'onStateChange' | 'onAttempt'> {
  /**
   * How many files are under way at once.
   * @default 3
   */
  concurrency?: number
  /**
   * Load the engine when the page is idle, before the first file is there. A load that fails is silent, and tried again by
   * the first file. `false`: the first file loads it.
   * @default true
   */
  preload?: boolean
}

export interface TaskOptions extends Partial<UploadOptions> {
  /**
   * Higher goes first; equal ones in the order they were added.
   * @default 0
   */
  priority?: number
}

export interface UploadTaskEventMap {
  progress: CustomEvent<UploadProgress>
  statechange: CustomEvent<UploadState>
  attempt: CustomEvent<UploadAttempt>
  /** Terminal. */
  done: CustomEvent<UploadResult>
  /** Terminal. */
  error: CustomEvent<UploadError | Error>
  /** Terminal; `detail` is the reason. */
  abort: CustomEvent<unknown>
}

/** One file in an uploader's queue. Iterate it for its progress. */
export interface UploadTask extends EventTarget, AsyncIterable<UploadProgress> {
  readonly file: Blob
  readonly state: UploadState
  readonly progress: UploadProgress
  /** Settles when the task ends. Nobody needs to listen: it never raises `unhandledrejection`. */
  readonly result: Promise<UploadResult>
  /** Waiting: keeps its place. Under way: the request is ended, and starts again from its first byte on `resume()`. */
  pause(): void
  resume(): void
  abort(reason?: unknown): void
  addEventListener<K extends keyof UploadTaskEventMap>(
    type: K,
    listener: (event: UploadTaskEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions
  ): void
  /** No other event exists. This keeps it an `EventTarget` for functions that take one. */
  addEventListener(type: never, listener: EventListenerOrEventListenerObject | null): void
  removeEventListener<K extends keyof UploadTaskEventMap>(
    type: K,
    listener: (event: UploadTaskEventMap[K]) => void,
    options?: boolean | EventListenerOptions
  ): void
  removeEventListener(type: never, listener: EventListenerOrEventListenerObject | null): void
}

/** Progress of all files of an uploader together. */
export interface UploaderProgress {
  loaded: number
  total: number
  ratio: number
  speed: number
  eta: number | null
  /** How many tasks are not in a terminal state. */
  pending: number
}

export interface UploaderEventMap {
  progress: CustomEvent<UploaderProgress>
  /** A task changed its state. */
  statechange: CustomEvent<{ task: UploadTask; state: UploadState }>
  done: CustomEvent<{ task: UploadTask; result: UploadResult }>
  error: CustomEvent<{ task: UploadTask; error: UploadError | Error }>
  abort: CustomEvent<{ task: UploadTask; reason: unknown }>
}

/** A queue of uploads that share their parameters where these allow it. */
export interface Uploader extends EventTarget {
  /** In the order of adding. A task that is added when all others have ended begins a new list. */
  readonly tasks: readonly UploadTask[]
  readonly progress: UploaderProgress
  add(file: Blob, options?: TaskOptions): UploadTask
  /** Pause every task, and start none. */
  pause(): void
  resume(): void
  /** Abort every task: those under way at once, thousands that wait little by little, so that the page stays smooth. */
  abort(reason?: unknown): void
  /** Resolves when no task is left that is not in a terminal state. */
  idle(): Promise<void>
  addEventListener<K extends keyof UploaderEventMap>(
    type: K,
    listener: (event: UploaderEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions
  ): void
  /** No other event exists. This keeps it an `EventTarget` for functions that take one. */
  addEventListener(type: never, listener: EventListenerOrEventListenerObject | null): void
  removeEventListener<K extends keyof UploaderEventMap>(
    type: K,
    listener: (event: UploaderEventMap[K]) => void,
    options?: boolean | EventListenerOptions
  ): void
  removeEventListener(type: never, listener: EventListenerOrEventListenerObject | null): void
}

/** @throws {TypeError} when an option is malformed */
export function createUploader(options: UploaderOptions): Uploader

/** Load the module early. Optional: the first upload does it. A failed load is tried again by the next call. */
export function ready(): Promise<void>

/** A signed policy, as the browser can read it. */
export interface Policy {
  /** When it ends, in ISO 8601; as the policy says it where that is no time. */
  expiration: string
  conditions: PolicyCondition[]
  /** Why OSS will refuse the policy, in words. */
  warnings: string[]
}

export type PolicyCondition =
  | { operator: 'eq'; field: string; value: string }
  | { operator: 'starts-with'; field: string; value: string }
  | { operator: 'in' | 'not-in'; field: string; values: string[] }
  | { operator: 'content-length-range'; min: number; max: number }

/** @throws {UploadError} `INVALID_PARAMS` when it is not a policy */
export function parsePolicy(base64: string): Promise<Policy>

/** Upload parameters as the library understood them, without anything secret. */
export interface NormalizedParams {
  /** Where the form is posted to. */
  url: string
  bucket?: string
  /** Fixed object key, or none when `dir` is set. */
  key?: string
  /** Prefix under which the key is made. */
  dir?: string
  signatureVersion: 'V1' | 'V2' | 'V4' | 'none'
  /** Names of the form fields that the parameters bring along. */
  fields: string[]
  /** ISO 8601: the policy's, or where that cannot be read, what the answer states. */
  expiration?: string
}

/**
 * Read a backend's answer the way an upload does.
 * @throws {UploadError} `INVALID_PARAMS`, `PARAMS_REFUSED` or `FORBIDDEN_HOST`
 */
export function normalizeParams(
  answer: unknown,
  options?: { allowedHosts?: string[]; anonymous?: boolean }
): Promise<NormalizedParams>

/** CRC-64/XZ of a blob as an unsigned decimal number: the same as OSS's `x-oss-hash-crc64ecma`. */
export function crc64(blob: Blob, options?: { signal?: AbortSignal }): Promise<string>

/** The element `<oss-upload>`: importing this defines it. */
import type { UploadAttempt, UploadError, UploaderOptions, UploadResult, UploadState, UploadTask, ParamsSource } from './index.js'
import type { FileSource } from './files.js'

export { filesFrom, pathOf } from './files.js'
export type { FileSource, FilesFromOptions, UnreadableError } from './files.js'

/** What all files of the list come to. Those that failed or were cancelled do not count. */
export interface OssUploadProgress {
  loaded: number
  total: number
  ratio: number
  speed: number
  eta: number | null
  /** How many are under way or wait for their turn, paused ones among them. */
  pending: number
  paused: number
  done: number
  failed: number
}

/** `file` is one of the list's; `task` is absent where the options would not do. */
export interface OssUploadEventDetail {
  file: File
  task?: UploadTask
}

export interface OssUploadEventMap {
  /** At most once a frame. */
  progress: CustomEvent<OssUploadProgress>
  statechange: CustomEvent<OssUploadEventDetail & { state: UploadState }>
  attempt: CustomEvent<OssUploadEventDetail & { attempt: UploadAttempt }>
  done: CustomEvent<OssUploadEventDetail & { result: UploadResult }>
  error: CustomEvent<OssUploadEventDetail & { error: UploadError | Error }>
  abort: CustomEvent<OssUploadEventDetail & { reason: unknown }>
  /** Files were added or removed, or one is stored now: `files` or `results` changed. Bubbles. */
  change: Event
}

type Listener<T extends Event> = (this: OssUploadElement, event: T) => void

/**
 * `<oss-upload params="/api/upload-params" name="attachments" multiple required>`
 *
 * In a form it submits the object key of each stored file under its `name`. The form cannot be sent while an upload is under
 * way, or while one that failed is still on the list.
 *
 * Its parts, for `::part()`: `zone`, `note`, `button`, `choose`, `choose-folder`, `total`, `total-text`, `total-bar`, `list`,
 * `row` (with the upload's state), `picture`, `name`, `state`, `bar`, `key`, `problem`, `codes`, `action`, `all`.
 */
export class OssUploadElement extends HTMLElement {
  /** Where upload parameters come from; as an attribute, the address of your backend. */
  params: ParamsSource | null
  /** Everything else that `createUploader` takes. Not an attribute. */
  options: Omit<UploaderOptions, 'params' | 'concurrency' | 'locale'> | undefined
  /** Under which the form submits the object keys. */
  name: string | null
  /** Without it there is one file at most: the next takes the place of the last. */
  multiple: boolean
  /** As in `<input accept>`. Other files that are dropped or pasted fail with a message. */
  accept: string | null
  /** Folders may be chosen as well, and several files. (Dropped folders are walked always.) */
  directory: boolean
  /** Attribute `keep-paths`. Object keys are `dir` + the path of the file in its folder. The same path replaces what is there. */
  keepPaths: boolean
  disabled: boolean
  /** The form wants at least one stored file. */
  required: boolean
  /** Attribute `max-files`. How many files the list takes with `multiple` or `directory`. */
  maxFiles: number | null
  /** How many files are under way at once; 3 by default. */
  concurrency: number | null
  /** `en` or `zh-CN`. By default the language of the page. */
  locale: 'en' | 'zh-CN' | null

  /** Of the list, in its order. Those that the browser restored with the page are only in `results`. */
  readonly files: readonly File[]
  readonly results: readonly UploadResult[]
  readonly progress: OssUploadProgress

  /**
   * Put files on the list and upload them. A folder is walked.
   * @returns when they are on the list
   * @throws {TypeError} when it is nothing to take files from
   */
  add(source: FileSource): Promise<void>
  pause(): void
  resume(): void
  /** End every upload that is under way or waits. */
  abort(reason?: unknown): void
  /** Upload all that failed once more. */
  retry(): void
  /** Take all that has ended off the list. */
  clear(): void

  readonly form: HTMLFormElement | null
  readonly labels: NodeList
  readonly validity: ValidityState
  readonly validationMessage: string
  readonly willValidate: boolean
  checkValidity(): boolean
  reportValidity(): boolean
  setCustomValidity(message: string): void

  addEventListener<K extends keyof OssUploadEventMap>(type: K, listener: Listener<OssUploadEventMap[K]>, options?: boolean | AddEventListenerOptions): void
  addEventListener<K extends Exclude<keyof HTMLElementEventMap, keyof OssUploadEventMap>>(type: K, listener: Listener<HTMLElementEventMap[K]>, options?: boolean | AddEventListenerOptions): void
  removeEventListener<K extends keyof OssUploadEventMap>(type: K, listener: Listener<OssUploadEventMap[K]>, options?: boolean | EventListenerOptions): void
  removeEventListener<K extends Exclude<keyof HTMLElementEventMap, keyof OssUploadEventMap>>(type: K, listener: Listener<HTMLElementEventMap[K]>, options?: boolean | EventListenerOptions): void
}

declare global {
  interface HTMLElementTagNameMap {
    'oss-upload': OssUploadElement
  }
}

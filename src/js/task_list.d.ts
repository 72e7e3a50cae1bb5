import type { TaskOptions, UploadError, UploadProgress, UploadResult, UploadState, UploadTask, UploaderOptions, UploaderProgress } from './index.js'

export interface UseUploadOptions extends UploaderOptions {
  /**
   * Abort what is under way when the component goes.
   * @default true
   */
  abortOnUnmount?: boolean
}

/** A file in the list, as it is now: another object after each change. */
export interface TaskView {
  /** Stays the same for as long as the file is in the list, retries included: a key for its row. */
  readonly id: number
  readonly file: Blob
  /** Empty for a Blob without a name. */
  readonly name: string
  readonly state: UploadState
  readonly progress: UploadProgress
  /** Once it is done. */
  readonly result?: UploadResult
  /** Once it has failed: `message` and `hint` are for people. */
  readonly error?: UploadError | Error
  pause(): void
  resume(): void
  abort(reason?: unknown): void
  /** Once it has failed or was aborted: upload it anew. */
  retry(): void
  /** Take it from the list, and abort it where it is under way. */
  remove(): void
}

export interface UploadActions {
  /** Gives the tasks, whose `result` can be awaited. They are aborted with the component unless `abortOnUnmount` is false. */
  add(files: Blob | Iterable<Blob>, options?: TaskOptions): UploadTask[]
  /** Of every task, as all without a name here. */
  pause(): void
  resume(): void
  abort(reason?: unknown): void
  /** Upload anew what has failed. */
  retry(): void
  /** Take what has ended from the list. */
  clear(): void
}

export interface UploadList {
  readonly tasks: readonly TaskView[]
  readonly progress: UploaderProgress
}

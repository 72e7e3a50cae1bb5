/**
 * What the upload component of a library is given, so that it uploads with this one. Each function is named after its
 * library, and gives props to spread: `<Upload {...antd({ params })} />`. Call it once, not in each rendering.
 *
 * The component's own address, method, headers and fields are not used.
 */
import type { UploadError, UploadResult, Uploader, UploaderOptions } from './index.js'

/** Options, of which an uploader is made; or one that is there already: of another entry, or shared by several components. */
export type UploadSource = UploaderOptions | Uploader

/** What the component keeps, to abort the upload. */
export type Abortable = { abort: () => void }

type Failure = UploadError | Error
type ProgressWithPercent = ProgressEvent & { percent: number }

/** For `Upload` of antd, and of rc-upload. The `response` of a file is its {@link UploadResult}. */
export function antd(source: UploadSource): {
  customRequest: (request: {
    file: Blob | string
    onProgress?(event: ProgressWithPercent): void
    onSuccess?(response: UploadResult): void
    /** antd shows the words. */
    onError?(error: Failure, words: string): void
  }) => Abortable
}

/** For `Upload` of Arco Design for React. The `response` of a file is its {@link UploadResult}, or why it failed, in words. */
export function arco(source: UploadSource): {
  customRequest: (request: {
    file: Blob
    onProgress(percent: number): void
    onSuccess(response: UploadResult): void
    onError(words: any): void
  }) => Abortable
}

/** For `Upload` of Arco Design for Vue. The `response` of a file is its {@link UploadResult}, or the error. */
export function arcoVue(source: UploadSource): {
  customRequest: (request: {
    fileItem: { uid: string; file?: File }
    onProgress(ratio: number): void
    onSuccess(response: UploadResult): void
    onError(error: Failure): void
  }) => Abortable
  /** Aborts the upload. To be called from an `onBeforeRemove` of your own. */
  onBeforeRemove: (fileItem: { uid: string }) => Promise<boolean>
}

/** For `ElUpload` of Element Plus. The `response` of a file is its {@link UploadResult}. */
export function elementPlus(source: UploadSource): {
  httpRequest: (request: {
    file: Blob
    onProgress(event: ProgressWithPercent): void
    onSuccess(response: UploadResult): void
    onError(error: Failure): void
  }) => XMLHttpRequest
}

/** For `server` of FilePond. The server id of a file is its object key. */
export function filePond(source: UploadSource): {
  process: (
    fieldName: string,
    file: Blob,
    metadata: { [key: string]: any },
    load: (key: string) => void,
    error: (words: string) => void,
    progress: (isComputable: boolean, loaded: number, total: number) => void,
    abort: () => void
  ) => Abortable
}

/**
 * For `NUpload` of Naive UI. It has no place for a result: `onFinish` of the page finds it as `response` of its `file`,
 * `onError` the failure as `error`.
 */
export function naiveUi(source: UploadSource): {
  customRequest: (request: {
    file: { id: string; file: File | null }
    onProgress(event: { percent: number }): void
    onFinish(): void
    onError(): void
  }) => void
  /** Aborts the upload. To be called from an `onRemove` of your own. */
  onRemove: (removed: { file: { id: string } }) => void
}

/**
 * For `Upload` of Semi Design. The `response` of a file is its {@link UploadResult}; Semi makes an error of its own, and
 * gives this one to `onError` as the last argument.
 */
export function semi(source: UploadSource): {
  action: string
  customRequest: (request: {
    fileInstance: File
    onProgress(event: { loaded: number; total: number }): void
    onSuccess(response: UploadResult): void
    onError(error: any): void
  }) => void
  /** Aborts the upload. To be called from an `onRemove` of your own. */
  onRemove: (file: File) => void
  /** Aborts all of its uploads. To be called from an `onClear` of your own. */
  onClear: () => void
}

/**
 * For Uppy: `uppy.use(UppyPlugin, { params })`. The `body` of 'upload-success' is the {@link UploadResult}, the error
 * of 'upload-error' the {@link UploadError}.
 */
export const UppyPlugin: new (uppy: any, source: UploadSource) => any

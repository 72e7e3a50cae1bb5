// The element and what takes files from a drop: what must compile, and what must not.

import { createUploader } from 'oss-direct-upload'
import type { UploadError, UploadResult, UploadTask } from 'oss-direct-upload'
import { OssUploadElement, filesFrom, pathOf } from 'oss-direct-upload/element'
import type { OssUploadProgress } from 'oss-direct-upload/element'
import * as files from 'oss-direct-upload/files'

declare const drop: DragEvent
declare const paste: ClipboardEvent
declare const input: HTMLInputElement

const upload: OssUploadElement = document.createElement('oss-upload')
document.querySelector('oss-upload')?.retry()

upload.params = '/api/upload-params'
upload.params = ({ file, signal }) => fetch(`/sign?${file.name}`, { signal }).then(answer => answer.json())
upload.options = { key: (file, dir) => dir + file.name, retry: false, metadata: { album: 'summer' } }
upload.multiple = true
upload.maxFiles = null
upload.locale = 'zh-CN'

upload.addEventListener('done', event => {
  const { file, result, task }: { file: File; result: UploadResult; task?: UploadTask } = event.detail
  console.log(file.name, result.key, task?.state)
})
upload.addEventListener('error', function ({ detail }) {
  const error: UploadError | Error = detail.error
  this.retry()
  console.log(error.message)
})
upload.addEventListener('progress', ({ detail }) => {
  const progress: OssUploadProgress = detail
  console.log(progress.eta ?? 0, progress.pending)
})
upload.addEventListener('change', event => event.preventDefault())
upload.addEventListener('click', event => event.clientX)

export async function take(): Promise<void> {
  await upload.add(drop.dataTransfer)
  const found: File[] = await filesFrom(paste.clipboardData, { onUnreadable: ({ path }) => console.log(path) })
  await filesFrom(input)
  await files.filesFrom(input.files)
  await files.filesFrom(new Set(found))
  const uploader = createUploader({ params: '/p' })
  for (const file of found) uploader.add(file, { key: (_, dir) => dir + pathOf(file) })
  const validity: ValidityState = upload.validity
  console.log(upload.form?.action, validity.valid, upload.results.map(({ key }) => key), upload.files[0]?.name)
}

// @ts-expect-error params by number
upload.params = 1
// @ts-expect-error what has an attribute of its own is no option
upload.options = { concurrency: 3 }
// @ts-expect-error no such language
upload.locale = 'fr'
// @ts-expect-error files are added by add()
upload.files = []
// @ts-expect-error done carries a result, not an error
upload.addEventListener('done', event => event.detail.error)
// @ts-expect-error progress is of the whole list
upload.addEventListener('progress', event => event.detail.file)
// @ts-expect-error no such event
upload.addEventListener('finish', () => {})
// @ts-expect-error a path is no file
void upload.add('/tmp/file')
// @ts-expect-error an event is not what it carries
void filesFrom(drop)
// @ts-expect-error takes a function
void filesFrom(input, { onUnreadable: true })
// @ts-expect-error a promise of files
export const first: File = filesFrom(input)[0]
// @ts-expect-error not of the main entry
export { filesFrom as fromMain } from 'oss-direct-upload'

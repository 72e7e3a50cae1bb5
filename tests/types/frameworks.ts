// The adapters and hooks: what must compile, and what must not. A line below `@ts-expect-error` that does compile is an error.

import { UppyPlugin, antd, arco, arcoVue, elementPlus, filePond, naiveUi, semi } from 'oss-direct-upload/adapters'
import { createUploader, type UploadError, type UploadResult, type UploadState, type UploadTask, type UploaderProgress } from 'oss-direct-upload'
import * as react from 'oss-direct-upload/react'
import * as vue from 'oss-direct-upload/vue'
import { ref } from 'vue'
import { same, type Equal } from './accepted.js'

declare const file: File
declare const list: FileList
declare const uppy: { use<T extends new (uppy: any, ...rest: any[]) => any>(plugin: T, source: ConstructorParameters<T>[1]): void }

const uploader = createUploader({ params: '/p' })
for (const source of [uploader, { params: '/p', concurrency: 2 }]) {
  for (const adapter of [antd, arco, arcoVue, elementPlus, filePond, naiveUi, semi]) adapter(source)
  uppy.use(UppyPlugin, source)
}
// @ts-expect-error no params
antd({ concurrency: 2 })
// @ts-expect-error a signal belongs to a file
elementPlus({ params: '/p', signal: new AbortController().signal })
// @ts-expect-error an address is not yet options
naiveUi('/p')
// @ts-expect-error no params
uppy.use(UppyPlugin, {})

antd(uploader).customRequest({ file, onSuccess: response => same<Equal<typeof response, UploadResult>>() }).abort()
const request: XMLHttpRequest = elementPlus(uploader).httpRequest({
  file, onProgress: event => event.percent.toFixed(), onSuccess: () => {}, onError: error => error.message
})
request.abort()
// @ts-expect-error a request has a file
antd(uploader).customRequest({})
// @ts-expect-error Naive UI takes nothing back
naiveUi(uploader).customRequest({ file: { id: '1', file }, onProgress: () => {}, onFinish: () => {}, onError: () => {} }).abort()

export function inReact(): void {
  const uploads = react.useUpload({ params: async () => ({}), concurrency: 2, abortOnUnmount: false })
  same<Equal<typeof uploads.progress, UploaderProgress>>()
  const [task]: UploadTask[] = uploads.add(list, { priority: 1 })
  uploads.add(file)
  uploads.add([file, new Blob()])
  void task?.result
  for (const view of uploads.tasks) {
    same<Equal<typeof view.state, UploadState>>()
    same<Equal<typeof view.result, UploadResult | undefined>>()
    same<Equal<typeof view.error, UploadError | Error | undefined>>()
    view.abort('enough')
    view.retry()
    view.remove()
    // @ts-expect-error a state is not assigned
    view.state = 'done'
  }
  // @ts-expect-error tasks are added by add()
  uploads.tasks.push(task)
  // @ts-expect-error a path is no file
  uploads.add(['/tmp/file'])
  // @ts-expect-error a misspelt option
  react.useUpload({ params: '/p', abortOnUnMount: false })
  // @ts-expect-error no params
  react.useUpload({})
  // @ts-expect-error a ref is Vue's
  react.useUpload(ref({ params: '/p' }))
}

export function inVue(): void {
  const { tasks, progress, retry, clear } = vue.useUpload(() => ({ params: '/p' }))
  vue.useUpload(ref({ params: '/p' }))
  vue.useUpload({ params: '/p' })
  tasks.value[0]?.pause()
  progress.value.pending.toFixed()
  retry()
  clear()
  // @ts-expect-error the list is the hook's
  tasks.value = []
  // @ts-expect-error a ref has a value
  void tasks.length
  // @ts-expect-error no params
  vue.useUpload(() => ({}))
}

// What must not compile. A line below `@ts-expect-error` that does compile is an error.

import { UploadError, createUploader, normalizeParams, upload } from 'oss-direct-upload'
import type { UploadErrorCode, UploadResult, UploadTask, Uploader } from 'oss-direct-upload'

declare const file: File
declare const uploader: Uploader
declare const task: UploadTask
declare const result: UploadResult
declare const error: UploadError

// @ts-expect-error no options
upload(file)
// @ts-expect-error no params
upload(file, {})
// @ts-expect-error a path is no file
upload('/tmp/file', { params: '/p' })
// @ts-expect-error a misspelt option
upload(file, { params: '/p', onprogress: () => {} })
// @ts-expect-error params by number
upload(file, { params: 1 })
// @ts-expect-error a request without an address
upload(file, { params: { method: 'GET' } })
// @ts-expect-error metadata is text
upload(file, { params: '/p', metadata: { pages: 3 } })
// @ts-expect-error true says nothing
upload(file, { params: '/p', retry: true })
// @ts-expect-error no such language
upload(file, { params: '/p', locale: 'fr' })
// @ts-expect-error a controller is no signal
upload(file, { params: '/p', signal: new AbortController() })
// @ts-expect-error concurrency is the queue's
upload(file, { params: '/p', concurrency: 3 })
// @ts-expect-error priority is the queue's
upload(file, { params: '/p', priority: 3 })
// @ts-expect-error the key function gives text
upload(file, { params: '/p', key: info => info.size })

// @ts-expect-error no params
createUploader({ concurrency: 3 })
// @ts-expect-error a signal belongs to a file, abort() to the queue
createUploader({ params: '/p', signal: new AbortController().signal })
// @ts-expect-error concurrency belongs to the queue
uploader.add(file, { concurrency: 2 })
// @ts-expect-error whether to load early is the uploader's
uploader.add(file, { preload: false })
// @ts-expect-error tasks cannot be replaced
uploader.tasks = []
// @ts-expect-error tasks are added by add()
uploader.tasks.push(task)
// @ts-expect-error a state is not assigned
task.state = 'done'
// @ts-expect-error no such state
export const compared: boolean = task.state === 'finished'
// @ts-expect-error a result is a promise
void task.result.key
// @ts-expect-error done carries a result, not progress
task.addEventListener('done', event => event.detail.ratio)

// @ts-expect-error no such event of a task
task.addEventListener('progres', () => {})
// @ts-expect-error no such event of a task
task.removeEventListener('statechanged', console.log)
// @ts-expect-error attempts are told by tasks
uploader.addEventListener('attempt', () => {})

// @ts-expect-error may be missing
export const crc: string = result.crc64
// @ts-expect-error 203 is a failure
export const status: boolean = result.status === 203
// @ts-expect-error a callback's body is unknown
void result.callback.ok

// @ts-expect-error may be missing
void error.oss.code
// @ts-expect-error errors are not edited
error.code = 'NETWORK'
// @ts-expect-error no such code
export const code: UploadErrorCode = 'ABORTED'
// @ts-expect-error details are needed
new UploadError('refused')
// @ts-expect-error no such phase
new UploadError('refused', { code: 'NETWORK', phase: 'upload', retryable: true })

// @ts-expect-error takes the parsed answer and options, not two answers
normalizeParams({}, 'anonymous')
// @ts-expect-error no such name in the package
export type { UploadFailure } from 'oss-direct-upload'

/** Uploads in a React component. */
import type { UploadActions, UploadList, UseUploadOptions } from './task_list.js'

export type { TaskView, UploadActions, UploadList, UseUploadOptions } from './task_list.js'

/**
 * A queue of uploads that belongs to the component. Options may be written anew in each rendering: the latest are used,
 * but for `concurrency` and `preload`, of which the first are. The actions stay the same.
 *
 * @throws {TypeError} when an option is malformed
 *
 * @example
 * const { tasks, add } = useUpload({ params: '/api/upload-params' })
 */
export function useUpload(options: UseUploadOptions): UploadList & UploadActions

/** Uploads in a Vue component. */
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import type { UploadActions, UploadList, UseUploadOptions } from './task_list.js'

export type { TaskView, UploadActions, UseUploadOptions } from './task_list.js'

/**
 * A queue of uploads that belongs to the component, or to the effect scope. Where the options are a ref or a getter, the
 * latest are used, but for `concurrency` and `preload`, of which the first are.
 *
 * @throws {TypeError} when an option is malformed
 *
 * @example
 * const { tasks, add } = useUpload({ params: '/api/upload-params' })
 */
export function useUpload(options: MaybeRefOrGetter<UseUploadOptions>):
  { readonly [Name in keyof UploadList]: Readonly<ShallowRef<UploadList[Name]>> } & UploadActions

import { getCurrentScope, onScopeDispose, shallowRef, toValue } from 'vue'
import { TaskList } from './task_list.js'

/** See vue.d.ts. */
export function useUpload(options) {
  const list = new TaskList(() => toValue(options))
  const tasks = shallowRef(list.value.tasks)
  const progress = shallowRef(list.value.progress)
  const unsubscribe = list.subscribe(() => {
    tasks.value = list.value.tasks
    progress.value = list.value.progress
  })
  if (getCurrentScope()) {
    onScopeDispose(() => {
      unsubscribe()
      list.unmount()
    })
  }
  return { tasks, progress, ...list.actions }
}

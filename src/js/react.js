'use client'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { TaskList } from './task_list.js'

/** See react.d.ts. */
export function useUpload(options) {
  const latest = useRef(options)
  const [list] = useState(() => new TaskList(() => latest.current))
  useEffect(() => { latest.current = options })
  // Development runs it twice (StrictMode): the list goes on after an abort.
  useEffect(() => () => list.unmount(), [list])
  const getValue = () => list.value
  return { ...useSyncExternalStore(list.subscribe, getValue, getValue), ...list.actions }
}

'use client'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { TaskList } from './task_list.js'

/** See react.d.ts. */
export function useUpload(options) {
  const latest = useRef(options)
  const [list] = useState(() => new TaskList(() => latest.current))
  useEffect(() => { latest.current = options })
  const isMounted = useRef(false)
  useEffect(() => {
    isMounted.current = true
    return () => {
      isMounted.current = false
      // Development runs it again at once (StrictMode, Fast Refresh): then nothing has gone.
      setTimeout(() => { if (!isMounted.current) list.unmount() })
    }
  }, [list])
  const getValue = () => list.value
  return { ...useSyncExternalStore(list.subscribe, getValue, getValue), ...list.actions }
}

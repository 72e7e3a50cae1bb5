'use client'
import { useUpload } from 'oss-direct-upload/react'

export function List() {
  const { tasks } = useUpload({ params: '/api/upload-params' })
  return <ul>{tasks.map(({ id, name }) => <li key={id}>{name}</li>)}</ul>
}

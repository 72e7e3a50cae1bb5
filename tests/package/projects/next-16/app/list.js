'use client'
import 'oss-direct-upload/element'
import { useUpload } from 'oss-direct-upload/react'

export function List() {
  const { tasks } = useUpload({ params: '/api/upload-params' })
  return <>
    <ul>{tasks.map(({ id, name }) => <li key={id}>{name}</li>)}</ul>
    <oss-upload params="/api/upload-params" name="files" multiple />
  </>
}

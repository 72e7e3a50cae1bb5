'use client'
import { useEffect } from 'react'
import { upload } from 'oss-direct-upload'
import { whenChosen } from '../page.js'

export function Chooser({ label }) {
  useEffect(() => whenChosen(file => upload(file, { params: '/api/upload-params' })), [])
  return <input type="file" id="file" aria-label={label} />
}

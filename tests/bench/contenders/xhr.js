// What pages copy: XMLHttpRequest and FormData, with progress. Nothing is checked, tried again or verified.
import { askForParams, makeForm, poolOf } from './form.js'

const post = (file, params, onProgress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest()
  request.open('POST', params.host)
  request.upload.onprogress = onProgress
  request.onload = () => request.status >= 200 && request.status < 300 ? resolve() : reject(new Error(`status ${request.status}`))
  request.onerror = () => reject(new Error('network'))
  request.send(makeForm(file, params))
})

export const send = async (file, { onProgress }) => post(file, await askForParams(), onProgress)
export const pool = (files, options) => poolOf(post, files, options)

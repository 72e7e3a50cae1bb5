// The documented sample: fetch and FormData. It has no progress to tell.
import { askForParams, makeForm, poolOf } from './form.js'

async function post(file, params) {
  const response = await fetch(params.host, { method: 'POST', body: makeForm(file, params) })
  if (!response.ok) throw new Error(`status ${response.status}`)
}

export const send = async file => post(file, await askForParams())
export const pool = (files, options) => poolOf(post, files, options)

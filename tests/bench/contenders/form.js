// What the two hand-written contenders share: asking the backend, and the form as Alibaba's documents have it.

export const askForParams = async () => (await fetch('/params')).json()

export function makeForm(file, { dir, policy, accessid, signature }) {
  const form = new FormData()
  form.append('key', dir + file.name)
  form.append('policy', policy)
  form.append('OSSAccessKeyId', accessid)
  form.append('success_action_status', '204')
  form.append('signature', signature)
  form.append('file', file)
  return form
}

/** Some at a time; the parameters are asked for once, as pages do that keep them until they expire. */
export async function poolOf(post, files, { limit, onProgress }) {
  const params = await askForParams()
  let next = 0
  const work = async () => {
    while (next < files.length) await post(files[next++], params, onProgress)
  }
  await Promise.all(Array.from({ length: limit }, work))
}

// The library, bundled into the page as every contender is; what it imports on first use stays a file of its own.
import { crc64, createUploader, ready, upload } from '../../../pkg/index.js'

export { crc64, createUploader, ready }

export const send = (file, { onProgress, verify = true }) => upload(file, { params: '/params', onProgress, verify })

export async function pool(files, { limit, onProgress, verify = true }) {
  const uploader = createUploader({ params: '/params', concurrency: limit, verify })
  uploader.addEventListener('progress', onProgress)
  let failure
  uploader.addEventListener('error', ({ detail }) => { failure = detail.error })
  const tasks = files.map(file => uploader.add(file))
  await uploader.idle()
  if (failure) throw failure
  return { verified: (await Promise.all(tasks.map(task => task.result))).every(({ verified }) => verified) }
}

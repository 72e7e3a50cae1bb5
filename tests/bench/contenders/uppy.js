// Uppy as its documents say: `signRequest` gives `{ url, fields }`. One signature serves all, and the key is made here.
import Uppy from '@uppy/core'
import AwsS3 from '@uppy/aws-s3'
import { askForParams } from './form.js'

function signer() {
  let asked
  return async ({ key }) => {
    const { host, dir, policy, accessid, signature } = await (asked ??= askForParams())
    return { url: host, fields: { key: dir + key, policy, OSSAccessKeyId: accessid, signature, success_action_status: '204' } }
  }
}

const described = files => files.map(file => ({ name: file.name, type: file.type, data: file }))
const open = limit => new Uppy().use(AwsS3, { shouldUseMultipart: false, limit, signRequest: signer() })

async function run(uppy, files) {
  uppy.addFiles(described(files))
  const { failed } = await uppy.upload()
  uppy.destroy()
  if (failed.length > 0) throw new Error(failed[0].error)
}

export function send(file, { onProgress }) {
  const uppy = open(1)
  uppy.on('upload-progress', onProgress)
  return run(uppy, [file])
}

export function pool(files, { limit, onProgress }) {
  const uppy = open(limit)
  uppy.on('progress', onProgress)
  return run(uppy, files)
}

/** A queue that does not move, for what it costs to fill and to empty it. */
export function still() {
  const uppy = new Uppy()
  return { add: files => uppy.addFiles(described(files)), abort: () => uppy.cancelAll() }
}

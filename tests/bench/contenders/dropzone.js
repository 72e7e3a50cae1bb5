// Dropzone with the fields of each form from its `params` function.
import Dropzone from 'dropzone'
import { askForParams } from './form.js'

Dropzone.autoDiscover = false

export async function pool(files, { limit, onProgress }) {
  const { host, dir, policy, accessid, signature } = await askForParams()
  await new Promise((resolve, reject) => {
    const zone = new Dropzone(document.createElement('div'), {
      url: host, parallelUploads: limit, maxFilesize: null, timeout: 0, createImageThumbnails: false, previewTemplate: '<div></div>',
      // OSS's usual CORS rule allows them, but none of the others sends any.
      headers: { 'X-Requested-With': null, 'Cache-Control': null },
      params: ([file]) => ({ key: dir + file.name, policy, OSSAccessKeyId: accessid, signature, success_action_status: '204' })
    })
    zone.on('uploadprogress', onProgress)
    zone.on('error', (_, message) => reject(new Error(String(message))))
    zone.on('queuecomplete', () => {
      zone.destroy()
      resolve()
    })
    for (const file of files) zone.addFile(file)
  })
}

export const send = (file, options) => pool([file], { ...options, limit: 1 })

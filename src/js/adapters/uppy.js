import { start, uploaderOf } from './start.js'

/** A plugin for Uppy. It has what Uppy calls of one, so that nothing of Uppy's is needed here. */
export class UppyPlugin {
  id = 'OssDirectUpload'
  type = 'uploader'
  #uppy
  #uploader
  #aborts = new Set()

  constructor(uppy, source) {
    this.#uppy = uppy
    this.#uploader = uploaderOf(source)
  }

  install() {
    this.#uppy.addUploader(this.#upload)
  }

  uninstall() {
    this.#uppy.removeUploader(this.#upload)
    for (const abort of this.#aborts) abort()
  }

  // A new state, and a new language: it shows nothing.
  update() {}
  setOptions() {}

  #upload = async ids => {
    const files = this.#uppy.getFilesByIds(ids).filter(({ error, progress }) => !error && !progress.uploadComplete)
    this.#uppy.emit('upload-start', files)
    await Promise.all(files.map(file => this.#uploadOne(file)))
  }

  #uploadOne(file) {
    const { id, isRemote, data, name, meta, type } = file
    const uppy = this.#uppy
    if (isRemote) {
      uppy.emit('upload-error', file, new Error(`"${name}" is not on this device: only what is can be uploaded.`))
      return
    }
    // A user may have given it another name.
    const named = new File([data], meta.name ?? name, { type })
    return new Promise(resolve => {
      const end = () => {
        uppy.off('file-removed', onRemoved)
        this.#aborts.delete(abort)
        resolve()
      }
      const stop = start(this.#uploader, named, {
        progress: ({ loaded, total }) => uppy.emit('upload-progress', uppy.getFile(id), {
          uploadStarted: uppy.getFile(id).progress.uploadStarted ?? Date.now(), bytesUploaded: loaded, bytesTotal: total
        }),
        done(body) {
          uppy.emit('upload-success', uppy.getFile(id), { status: body.status, body, uploadURL: body.url })
          end()
        },
        failed(error) {
          // Uppy shows `details` below the message.
          uppy.emit('upload-error', uppy.getFile(id), error.hint ? Object.assign(error, { details: error.hint }) : error)
          end()
        }
      })
      const abort = () => {
        stop()
        end()
      }
      const onRemoved = removed => {
        if (removed.id === id) abort()
      }
      this.#aborts.add(abort)
      uppy.on('file-removed', onRemoved)
    })
  }
}

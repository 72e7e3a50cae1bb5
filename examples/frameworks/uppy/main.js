import Uppy from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import { UppyPlugin } from 'oss-direct-upload/adapters'
import '@uppy/core/css/style.min.css'
import '@uppy/dashboard/css/style.min.css'

const uppy = new Uppy({ autoProceed: true })
  .use(Dashboard, { inline: true, target: '#app' })
  .use(UppyPlugin, { params: '/api/policy/v4' })

uppy.on('upload-success', (file, { body }) => console.log(file.name, body.key, body.verified))
uppy.on('upload-error', (file, error) => console.log(file.name, error.message, error.hint))

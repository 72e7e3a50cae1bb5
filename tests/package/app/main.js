import { upload } from 'oss-direct-upload'
import { whenChosen } from './page.js'

whenChosen(file => upload(file, { params: '/api/upload-params' }))

import { create } from 'filepond'
import { filePond } from 'oss-direct-upload/adapters'
import 'filepond/dist/filepond.min.css'

create(document.querySelector('input'), {
  allowMultiple: true,
  server: filePond({ params: '/api/policy/v4' }),
  labelFileProcessingError: error => error.body
})

// A server component: what it imports runs in Node.
import { createUploader } from 'oss-direct-upload'
import { OssUploadElement } from 'oss-direct-upload/element'
import { useUpload } from 'oss-direct-upload/react'
import { Chooser } from './chooser.js'
import { List } from './list.js'

export default () => <><Chooser label={`${typeof createUploader} ${typeof useUpload} ${typeof OssUploadElement}`} /><List /></>

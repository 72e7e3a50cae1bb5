// A server component: what it imports runs in Node.
import { createUploader } from 'oss-direct-upload'
import { Chooser } from './chooser.js'

export default () => <Chooser label={typeof createUploader} />

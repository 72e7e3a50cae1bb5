// The element. On a server nothing is defined: there are no elements.
import { OssUploadElement } from './element/oss_upload.js'

// Another copy of the package may have defined it.
if (globalThis.customElements && !customElements.get('oss-upload')) customElements.define('oss-upload', OssUploadElement)

export { OssUploadElement }
export { filesFrom, pathOf } from './files.js'

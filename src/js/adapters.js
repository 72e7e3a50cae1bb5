// What a library's upload component is given, so that it uploads with this one. Each is named after its library.
export { antd } from './adapters/antd.js'
export { arco, arcoVue } from './adapters/arco.js'
export { elementPlus } from './adapters/element_plus.js'
export { filePond } from './adapters/file_pond.js'
export { naiveUi } from './adapters/naive_ui.js'
export { semi } from './adapters/semi.js'
export { UppyPlugin } from './adapters/uppy.js'

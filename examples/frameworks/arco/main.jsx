import { createRoot } from 'react-dom/client'
import { Upload } from '@arco-design/web-react'
import { arco } from 'oss-direct-upload/adapters'
import '@arco-design/web-react/dist/css/arco.css'

// Once: not in each rendering.
const upload = arco({ params: '/api/policy/v4' })

createRoot(document.querySelector('#app')).render(<Upload {...upload} multiple />)

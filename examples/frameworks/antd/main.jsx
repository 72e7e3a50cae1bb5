import { createRoot } from 'react-dom/client'
import { Button, Upload } from 'antd'
import { antd } from 'oss-direct-upload/adapters'

// Once: not in each rendering.
const upload = antd({ params: '/api/policy/v4' })

createRoot(document.querySelector('#app')).render(
  <Upload {...upload} multiple>
    <Button>Choose files</Button>
  </Upload>
)

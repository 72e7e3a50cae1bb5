import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Button, Upload } from '@douyinfe/semi-ui'
import { semi } from 'oss-direct-upload/adapters'

// Once: not in each rendering.
const upload = semi({ params: '/api/policy/v4' })

function Uploads() {
  const [failure, setFailure] = useState()
  return (
    <>
      <Upload {...upload} multiple onError={(_error, _file, _list, failure) => setFailure(failure)}>
        <Button>Choose files</Button>
      </Upload>
      {failure && <p role="alert">{failure.message} {failure.hint}</p>}
    </>
  )
}

createRoot(document.querySelector('#app')).render(<Uploads />)

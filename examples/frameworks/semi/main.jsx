import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Button, Upload } from '@douyinfe/semi-ui'
import { semi } from 'oss-direct-upload/adapters'

// Once: not in each rendering.
const upload = semi({ params: '/api/policy/v4' })

function Uploads() {
  const [result, setResult] = useState()
  const [failure, setFailure] = useState()
  return (
    <>
      <Upload {...upload} multiple onSuccess={setResult} onError={(_error, _file, _list, failure) => setFailure(failure)}>
        <Button>Choose files</Button>
      </Upload>
      {result && <code>{result.key}</code>}
      {failure && <p role="alert">{failure.message} {failure.hint}</p>}
    </>
  )
}

createRoot(document.querySelector('#app')).render(<Uploads />)

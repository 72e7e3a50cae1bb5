import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Uploads } from './Uploads.jsx'

createRoot(document.querySelector('#app')).render(<StrictMode><Uploads /></StrictMode>)

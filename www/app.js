// The page around <oss-upload>: chooses where parameters come from, shows the code for it, and plays faults.

import '/pkg/element.js'
import { inspect, showInspected } from './inspector.js'
import { ROUTES, settings } from './settings.js'

const find = id => document.getElementById(id)
const upload = document.querySelector('oss-upload')
for (const type of ['statechange', 'attempt', 'done', 'error']) upload.addEventListener(type, ({ detail }) => inspect(detail))
upload.addEventListener('change', () => upload.classList.toggle('used', upload.files.length > 0))

// Files may be dropped beside the element, too: else the browser would leave the page and open them.
for (const type of ['dragover', 'drop']) {
  document.addEventListener(type, event => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    if (type === 'drop') upload.add(event.dataTransfer)
  })
}

addEventListener('beforeunload', event => {
  if (upload.progress.pending > 0) event.preventDefault()
})

function showSettings() {
  const { language, params, custom, route } = settings
  document.documentElement.lang = language
  Object.assign(upload, { params, locale: language })
  find('language').value = language
  find('custom').hidden = custom === null
  document.querySelector(`[name=route][value=${custom === null ? route : 'custom'}]`).checked = true
  find('route-note').textContent = params
  find('ens-unproven').hidden = !params.startsWith(ROUTES.ens)
  find('code').textContent = codeFor(params, language)
  showInspected()
}

const codeFor = (params, language) => `<script type="module">
  import 'oss-direct-upload/element'
</script>

<oss-upload params="${params}" name="files"
  multiple directory locale="${language}"></oss-upload>

<!-- or, without the element: -->
<script type="module">
  import { upload } from 'oss-direct-upload'

  input.onchange = async () => {
    const [file] = input.files
    const { url } = await upload(file, {
      params: '${params}'
    })
  }
</script>`

find('routes').addEventListener('change', ({ target }) => {
  if (Object.hasOwn(ROUTES, target.value)) settings.chooseRoute(target.value)
  showSettings()
})
find('inspected').addEventListener('change', showInspected)
find('language').addEventListener('change', ({ target }) => {
  settings.chooseLanguage(target.value)
  showSettings()
})
find('copy').addEventListener('click', async ({ currentTarget }) => {
  await navigator.clipboard.writeText(find('code').textContent)
  currentTarget.dataset.copied = ''
  setTimeout(() => delete currentTarget.dataset.copied, 2000)
})

let faultsPlayed = 0

/** Faults of parameters are asked for in the backend's address, those of OSS in the file's name. */
find('faults').addEventListener('click', async ({ target }) => {
  const { where, fault } = target.closest('button')?.dataset ?? {}
  if (!fault) return
  faultsPlayed += 1
  const name = where === 'oss' ? `what-if-${faultsPlayed},fault=${fault}.bin` : `what-if-${faultsPlayed}.bin`
  const { params } = settings
  const address = where === 'oss' ? params : `${params}${params.includes('?') ? '&' : '?'}fault=${encodeURIComponent(fault)}`
  upload.params = address
  await upload.add([new File([new Uint8Array(5000)], name)])
  upload.params = params
})

showSettings()
document.documentElement.dataset.ready = ''

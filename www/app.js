// The page: takes files, gives them to an uploader, and shows a row for each.

import { createUploader } from '/pkg/index.js'
import { ROUTES, settings } from './settings.js'
import { texts, translatePage } from './text.js'
import { Row } from './row.js'
import * as format from './format.js'

const find = id => document.getElementById(id)
const words = () => texts(settings.language)

const uploader = createUploader({ params: settings.params })
let rows = []

function addFiles(files) {
  const added = [...files].map(file => new Row(file, startTask, rowEvents))
  if (added.length === 0) return
  rows.push(...added)
  find('rows').append(...added.map(row => row.element))
  announce(words().announceAdded(added.length))
  showQueue()
}

/** With few files there is room to show the details of each at once. */
const rowEvents = { ended: announceEnd, removed: removeRow, isShort: () => rows.length <= 3 }

/** Route and language are those of the moment in which the upload is asked for. */
function startTask(file) {
  return uploader.add(file, { params: settings.params, locale: settings.language })
}

function removeRow(row) {
  const next = row.element.nextElementSibling ?? row.element.previousElementSibling
  row.element.remove()
  rows = rows.filter(other => other !== row)
  showQueue()
  const place = next?.querySelector('button:not([hidden])') ?? find('files')
  place.focus()
}

function announceEnd(row) {
  const { announceDone, announceFailed, announceAborted } = words()
  if (row.state === 'done') announce(announceDone(row.name))
  else if (row.state === 'failed') announce(announceFailed(row.name, row.error.message))
  else announce(announceAborted(row.name))
}

function announce(text) {
  find('announcements').textContent = text
}

function showQueue() {
  find('queue').hidden = rows.length === 0
  const running = rows.filter(row => !row.isOver)
  const paused = running.filter(row => row.state === 'paused')
  find('pause-all').hidden = running.length === paused.length
  find('resume-all').hidden = paused.length === 0
  find('cancel-all').hidden = running.length === 0
  find('clear').hidden = running.length === rows.length
  showTotal()
}

function showTotal() {
  const { filesDone, filesFailed, left, loadedOf } = words()
  const { loaded, total, ratio, speed, eta, pending } = uploader.progress
  const done = rows.filter(row => row.state === 'done').length
  const failed = rows.filter(row => row.state === 'failed').length
  const parts = [filesDone(done, rows.length)]
  if (failed > 0) parts.push(filesFailed(failed))
  if (pending > 0) {
    parts.push(loadedOf(format.size(loaded, settings.language), format.size(total, settings.language)))
    if (speed > 0) parts.push(format.speed(speed, settings.language))
    if (eta !== null) parts.push(left(format.duration(eta, settings.language)))
  }
  find('total').dataset.pending = pending
  find('total-text').textContent = parts.join(' · ')
  find('total-bar').value = ratio
  find('total-bar').hidden = pending === 0
}

uploader.addEventListener('progress', showTotal)
uploader.addEventListener('statechange', showQueue)
for (const end of ['done', 'error', 'abort']) uploader.addEventListener(end, showQueue)

find('pause-all').addEventListener('click', () => uploader.pause())
find('resume-all').addEventListener('click', () => uploader.resume())
find('cancel-all').addEventListener('click', () => {
  for (const row of rows.filter(row => !row.isOver)) row.cancel()
})
find('clear').addEventListener('click', () => {
  for (const row of rows.filter(row => row.isOver)) row.element.remove()
  rows = rows.filter(row => !row.isOver)
  showQueue()
  find('files').focus()
})

// Files: chosen, dropped anywhere on the page, or pasted.

find('files').addEventListener('change', event => {
  addFiles(event.target.files)
  // The same file may be chosen again.
  event.target.value = ''
})

const carriesFiles = event => event.dataTransfer?.types.includes('Files')

document.addEventListener('dragover', event => {
  if (!carriesFiles(event)) return
  event.preventDefault()
  event.dataTransfer.dropEffect = 'copy'
  find('drop').dataset.over = ''
})
document.addEventListener('dragleave', event => {
  // Only when the pointer left the window, not when it passed from one element to the next.
  if (event.relatedTarget === null) delete find('drop').dataset.over
})
document.addEventListener('drop', event => {
  delete find('drop').dataset.over
  if (!carriesFiles(event)) return
  event.preventDefault()
  addFiles(event.dataTransfer.files)
})
document.addEventListener('paste', event => addFiles(event.clipboardData?.files ?? []))

addEventListener('beforeunload', event => {
  if (uploader.progress.pending > 0) event.preventDefault()
})

// Route and language.

function showSettings() {
  translatePage(settings.language)
  const { routes } = words()
  const shown = settings.custom === null ? Object.keys(ROUTES) : ['custom', ...Object.keys(ROUTES)]
  find('route').replaceChildren(...shown.map(name => new Option(routes[name], name)))
  find('route').value = settings.custom === null ? settings.route : 'custom'
  find('route-note').textContent = settings.params
  find('ens-unproven').hidden = !settings.params.startsWith(ROUTES.ens)
  find('language').value = settings.language
}

find('route').addEventListener('change', event => {
  settings.chooseRoute(event.target.value)
  showSettings()
})
find('language').addEventListener('change', event => {
  settings.chooseLanguage(event.target.value)
  showSettings()
  for (const row of rows) row.show()
  showQueue()
})

showSettings()
document.documentElement.dataset.ready = ''

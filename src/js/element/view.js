// What the element shows.
import { html, nothing } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { ref } from 'lit/directives/ref.js'
import { repeat } from 'lit/directives/repeat.js'
import { duration, percent, size, speed, splitName } from './format.js'
import { actionIcons, typeIcon } from './icons.js'
import { hasThumbnail } from './thumbnail.js'

/** Which buttons a row has in which state. */
const ACTIONS = {
  queued: ['pause', 'cancel'],
  preparing: ['pause', 'cancel'],
  uploading: ['pause', 'cancel'],
  verifying: ['cancel'],
  waiting: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  done: ['remove'],
  failed: ['details', 'retry', 'remove'],
  aborted: ['retry', 'remove']
}

/**
 * @param view `{ words, locale, isMany, accept, hasFolders, isDisabled, isOver, notice, said, rows, shown, total, thumbnails, watchEnd }`
 * @param on what the controls do: `{ choose, input, all, row }`
 */
export const elementView = (view, on) => html`
  <div class="upload"><div class="zone ${view.isOver ? 'over' : ''}" part="zone">
    <div class="choices">
      <button type="button" class="primary" part="button choose" id="choose" ?disabled=${view.isDisabled} @click=${() => on.choose('files')}>${view.isMany ? view.words.chooseFiles : view.words.chooseFile}</button>
      ${view.hasFolders ? html`<button type="button" part="button choose-folder" id="choose-folder" ?disabled=${view.isDisabled} @click=${() => on.choose('folder')}>${view.words.chooseFolder}</button>` : nothing}
    </div>
    <p class="note" part="note">${view.notice || (view.isMany ? view.words.dropMany : view.words.drop)}</p>
    <input type="file" hidden id="files" ?multiple=${view.isMany} accept=${view.accept ?? nothing} @change=${on.input}>
    <input type="file" hidden id="folder" webkitdirectory @change=${on.input}>
  </div>
  ${view.rows.length > 0 && view.isMany ? totalView(view, on) : nothing}
  ${view.rows.length > 0 ? html`
    <ul part="list" role="list" aria-label=${view.words.list}>
      ${repeat(view.rows.slice(0, view.shown), row => row.id, row => guard([row.version, view.locale, view.isDisabled], () => rowView(row, view, on)))}
    </ul>` : nothing}
  ${view.shown < view.rows.length ? html`<p class="note" part="more" ${ref(view.watchEnd)}>${view.words.more(view.rows.length - view.shown)}</p>` : nothing}
  <p class="unseen" role="status">${view.said}</p></div>`

function totalView({ words, locale, rows, total, isDisabled }, on) {
  const parts = [words.uploadedOf(total.done, rows.length)]
  if (total.failed > 0) parts.push(words.counted.failed(total.failed))
  if (total.pending > 0) {
    parts.push(percent(total.ratio), words.sentOf(size(total.loaded, words), size(total.total, words)))
    parts.push(...pace(total, words, locale))
  }
  const all = {
    pause: total.pending > total.paused,
    resume: total.paused > 0,
    retry: rows.some(row => row.state === 'failed' && row.canRetry),
    cancel: total.pending > 0,
    clear: total.pending < rows.length
  }
  return html`
    <div class="total" part="total">
      <p class="numbers" part="total-text" title=${parts.join(' · ')}>${parts.join(' · ')}</p>
      <progress part="bar total-bar" max="1" .value=${total.ratio} aria-label=${words.uploadedOf(total.done, rows.length)}></progress>
      <div class="all">
        ${Object.keys(all).map(action => html`<button type="button" part="button all" data-all=${action} ?hidden=${!all[action]} ?disabled=${isDisabled}
          title=${words.all[action]} aria-label=${words.all[action]} @click=${() => on.all(action)}>${actionIcons[action]}<span>${words.all[action]}</span></button>`)}
      </div>
    </div>`
}

function rowView(row, view, on) {
  const { words, isDisabled, thumbnails } = view
  const [stem, ending] = splitName(row.name)
  const actions = ACTIONS[row.state].filter(action => action !== 'retry' || row.canRetry)
  const observe = hasThumbnail(row) && !row.thumbnail ? ref(element => element && thumbnails.watch(element, row)) : nothing
  return html`
    <li part="row ${row.state}" class=${row.state} data-id=${row.id} data-name=${row.name} data-state=${row.state} data-code=${row.error?.code ?? row.error?.name ?? nothing} ${observe}>
      <span class="picture" part="picture">${row.thumbnail ?? typeIcon(row)}</span>
      <p class="name" part="name" title=${row.name}><span class="stem">${stem}</span><span class="ending">${ending}</span></p>
      <div class="facts">${row.error ? problemView(row, words) : stateView(row, view)}</div>
      <div class="actions">
        ${actions.map(action => html`<button type="button" class="icon" part="button action" data-action=${action} ?disabled=${isDisabled && action !== 'details'}
          title=${words.actions[action]} aria-label=${words.actionOn(words.actions[action], row.name)} aria-expanded=${action === 'details' ? String(row.isOpen) : nothing}
          @click=${() => on.row(row, action)}>${actionIcons[action]}</button>`)}
      </div>
    </li>`
}

function problemView({ error, isOpen }, words) {
  const { code, message, hint, requestId, oss } = error
  return html`
    <p class="problem ${isOpen ? 'open' : ''}" part="problem"><strong class="message">${message || words.states.failed}</strong> <span class="hint">${hint}</span></p>
    ${isOpen ? html`<p class="codes" part="codes">${[code ?? error.name, oss?.code, oss?.ec, requestId].filter(Boolean).join(' · ')}</p>` : nothing}`
}

function stateView(row, { words, locale }) {
  const { progress, state, result } = row
  const parts = [words.states[state]]
  if (state === 'uploading') {
    parts.push(percent(progress.ratio), words.sentOf(size(progress.loaded, words), size(row.size, words)), ...pace(progress, words, locale))
    if (progress.attempt > 1) parts.push(words.attempt(progress.attempt))
  } else {
    parts.push(size(row.size, words))
  }
  if (state === 'paused' && row.stoppedAt > 0) parts.push(words.stoppedAt(percent(row.stoppedAt)))
  if (state === 'waiting') parts.push(...untilRetry(row, words, locale))
  if (result) parts.push(result.verified ? words.verified : words.notVerified)
  return html`
    <p class="state" part="state">${parts.join(' · ')}</p>
    ${row.isOver
      ? html`<p class="key" part="key" title=${result?.key ?? nothing}>${result?.key}</p>`
      : html`<progress part="bar" max="1" .value=${row.isSending ? progress.ratio : row.stoppedAt} aria-label=${row.name}></progress>`}`
}

function pace({ speed: bytesPerSecond, eta }, words, locale) {
  const parts = []
  if (bytesPerSecond > 0) parts.push(speed(bytesPerSecond, words))
  // Nothing is left when all is sent, and the answer waited for.
  if (eta > 0) parts.push(words.timeLeft(duration(eta, locale)))
  return parts
}

function untilRetry({ lastAttempt }, words, locale) {
  if (!navigator.onLine) return [words.offline]
  return lastAttempt?.retryDelay === undefined ? [] : [words.inTime(duration(lastAttempt.retryDelay, locale))]
}

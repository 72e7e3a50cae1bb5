// What the tests want to know afterwards: violations of the page's policy, errors, events, how much the layout shifted.
const seen = globalThis.seen = { violations: [], errors: [], events: [], said: [], shift: 0 }
document.addEventListener('securitypolicyviolation', event => seen.violations.push(`${event.effectiveDirective} ${event.blockedURI}`))
addEventListener('error', event => seen.errors.push(event.message))
addEventListener('unhandledrejection', event => seen.errors.push(String(event.reason)))

const upload = document.getElementById('upload')
for (const type of ['progress', 'statechange', 'attempt', 'done', 'error', 'abort', 'change']) {
  upload.addEventListener(type, ({ detail }) => seen.events.push({ type, name: detail?.file?.name, state: detail?.state }))
}
await upload.updateComplete
const status = upload.shadowRoot.querySelector('[role=status]')
new MutationObserver(() => seen.said.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true })
if (PerformanceObserver.supportedEntryTypes.includes('layout-shift')) {
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) seen.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
}
document.documentElement.dataset.ready = ''

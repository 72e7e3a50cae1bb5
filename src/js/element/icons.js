import { html } from 'lit'

const icon = path => html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`

export const actionIcons = {
  pause: icon('M9 5v14M15 5v14'),
  resume: icon('M8 5l11 7-11 7z'),
  retry: icon('M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7'),
  cancel: icon('M6 6l12 12M18 6L6 18'),
  remove: icon('M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5'),
  clear: icon('M4 7h9M4 12h6M4 17h4M14 17l2.5 2.5L21 14'),
  details: icon('M6 9l6 6 6-6')
}

const DOCUMENT = 'M6 3h8l4 4v14H6zM14 3v4h4'

const typeIcons = {
  image: icon('M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01'),
  video: icon('M4 6h16v12H4zM10 9.5v5l4.5-2.5z'),
  audio: icon('M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z'),
  text: icon(`${DOCUMENT}M9 12h6M9 16h6`),
  archive: icon('M5 4h14v4H5zM6 8v12h12V8M10 12h4'),
  other: icon(DOCUMENT)
}

const ARCHIVES = /\.(7z|gz|rar|tar|tgz|xz|zip|zst)$/i
const TEXTS = /\.(csv|docx?|md|pdf|pptx?|txt|xlsx?)$/i

export function typeIcon({ name, type }) {
  const family = type.slice(0, type.indexOf('/'))
  if (ARCHIVES.test(name)) return typeIcons.archive
  if (TEXTS.test(name)) return typeIcons.text
  return typeIcons[family] ?? typeIcons.other
}

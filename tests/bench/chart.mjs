// The results that people ask for as a picture: a bar for each median, with a line from the least to the most.
import { median } from './results.mjs'

const shown = [['large', 'time'], ['small', 'time'], ['first', 'far'], ['hash', 'file'], ['bytes', 'brotli']]

const width = 800
const left = 240
const right = 110
const line = 24
const bar = 14

// Readable on light and dark pages: it brings its own background, and follows the reader's setting.
const style = `
    text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1f2328 }
    .title { font-weight: 600; font-size: 14px }
    .about { fill: #59636e; font-size: 12px }
    .background { fill: #ffffff }
    .theirs { fill: #9aa4af }
    .ours { fill: #0969da }
    .spread { stroke: #1f2328; stroke-width: 1.5 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .about { fill: #9198a1 }
      .background { fill: #0d1117 }
      .theirs { fill: #656c76 }
      .ours { fill: #4493f8 }
      .spread { stroke: #e6edf3 }
    }`

const escape = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)
const label = (x, y, text, attributes = '') => `<text x="${x}" y="${y}"${attributes}>${escape(text)}</text>`

function rowOf(y, name, values, { unit, digits, most }) {
  const scale = value => (value / most * (width - left - right)).toFixed(1)
  const number = median(values).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  const [from, to] = [Math.min(...values), Math.max(...values)].map(value => left + Number(scale(value)))
  const middle = y + line / 2
  const parts = [
    label(left - 10, middle + 4.5, name, ' text-anchor="end"'),
    `<rect class="${name.startsWith('ours') ? 'ours' : 'theirs'}" x="${left}" y="${middle - bar / 2}" width="${scale(median(values))}" height="${bar}" rx="2"/>`
  ]
  if (values.length > 1) parts.push(`<path class="spread" d="M${from.toFixed(1)} ${middle}H${to.toFixed(1)}"/>`)
  parts.push(label(Math.max(to, left + Number(scale(median(values)))) + 8, middle + 4.5, `${number} ${unit}`))
  return parts
}

export function chartOf({ date, browser, machine, rounds, results }) {
  const parts = []
  let y = 44
  for (const [step, name] of shown) {
    const result = results.find(result => result.step === step && result.name === name)
    if (!result) continue
    const { title, better, rows } = result
    parts.push(label(20, y, `${title} (${better} is better)`, ' class="title"'))
    y += 8
    const most = Math.max(...Object.values(rows).flat())
    for (const [row, values] of Object.entries(rows)) {
      parts.push(...rowOf(y, row, values, { ...result, most }))
      y += line
    }
    y += 32
  }
  const about = `${date}, ${browser}, ${machine}; medians of ${rounds} turns, lines from the least to the most`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="Uploads side by side">
  <style>${style}
  </style>
  <rect class="background" width="${width}" height="${y}" rx="6"/>
  ${parts.join('\n  ')}
  ${label(20, y - 14, about, ' class="about"')}
</svg>
`
}

// Numbers as people read them. Sizes are written as in the library's messages (src/text/size.rs).

const UNITS = ['KB', 'MB', 'GB', 'TB']

/** `512 bytes`, `5 KB`, `1.5 GB`: in steps of 1024, to a tenth. */
export function size(bytes, words) {
  if (bytes < 1024) return words.bytes(Math.round(bytes))
  let value = bytes / 1024
  let unit = 0
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${Math.round(value * 10) / 10} ${UNITS[unit]}`
}

/** `12.3 MB/s` */
export const speed = (bytesPerSecond, words) => `${size(bytesPerSecond, words)}/s`

/** `45%`: a hundred only when there is nothing left. */
export const percent = ratio => `${Math.floor(ratio * 100)}%`

/** `8s`, `2m 5s`, `1h 4m`: never `0s`. */
export function duration(milliseconds, locale) {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  const parts = [[Math.floor(seconds / 3600), 'hour'], [Math.floor(seconds / 60) % 60, 'minute'], [seconds % 60, 'second']]
  const first = parts.findIndex(([value]) => value > 0)
  return parts.slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value))
    .join(' ')
}

/** A name in two parts: the first may be cut where there is no room, the ending stays. */
export function splitName(name) {
  const characters = [...name]
  const dot = characters.lastIndexOf('.')
  const extension = dot > 0 && characters.length - dot <= 8 ? characters.length - dot : 0
  const ending = Math.min(extension + 6, characters.length)
  const at = characters.length - ending
  return [characters.slice(0, at).join(''), characters.slice(at).join('')]
}

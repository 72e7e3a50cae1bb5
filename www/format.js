// Numbers as people read them, in the page's language.

const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']

function unit(value, name, language, options) {
  return new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', ...options }).format(value)
}

/** `12.3 MB`; as elsewhere in OSS's console, a kilobyte has 1024 bytes. */
export function size(count, language) {
  let value = count
  let step = 0
  while (value >= 1023.95 && step < SIZE_UNITS.length - 1) {
    value /= 1024
    step += 1
  }
  if (step === 0) return bytes(Math.round(value), language)
  // Always one decimal, so that a running number does not jump in width.
  return unit(value, SIZE_UNITS[step], language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
}

/** `12,345,678 bytes` */
export function bytes(count, language) {
  return unit(count, 'byte', language, { unitDisplay: 'long' })
}

/** `4.2 MB/s` */
export function speed(bytesPerSecond, language) {
  return `${size(bytesPerSecond, language)}/s`
}

/** `8s`, `2m 5s`, `1h 4m`: never `0s` */
export function duration(milliseconds, language) {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  const parts = [[Math.floor(seconds / 3600), 'hour'], [Math.floor(seconds / 60) % 60, 'minute'], [seconds % 60, 'second']]
  const first = parts.findIndex(([value]) => value > 0)
  return parts.slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, name]) => unit(value, name, language, { unitDisplay: 'narrow' }))
    .join(' ')
}

/** `0.42s`, `12.3s`: how long something took. */
export function elapsed(milliseconds, language) {
  const seconds = milliseconds / 1000
  if (seconds >= 100) return duration(milliseconds, language)
  return unit(seconds, 'second', language, { unitDisplay: 'narrow', maximumFractionDigits: seconds < 10 ? 2 : 1 })
}

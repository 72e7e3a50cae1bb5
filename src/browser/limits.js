// Limits of the page's own for a file, beside those of the signed policy.

/** In words, why the file exceeds them; nothing if it does not. `null` and `undefined` are no limit. */
export function excess(minSize, maxSize, accept, name, size, type) {
  if (size < (minSize ?? 0)) return `The file has ${size} bytes, and at least ${minSize} are required.`
  if (size > (maxSize ?? Infinity)) return `The file has ${size} bytes, and at most ${maxSize} are allowed.`
  if (!accept?.length || accept.some(pattern => accepts(pattern.trim().toLowerCase(), name, type))) return
  return `The file “${name}” is ${type || 'of unknown type'}; allowed are ${accept.join(', ')}.`
}

/** https://html.spec.whatwg.org/multipage/input.html#attr-input-accept */
function accepts(pattern, name, type) {
  if (pattern.startsWith('.')) return name.toLowerCase().endsWith(pattern)
  // Parameters, such as a charset, do not count.
  const essence = type.split(';')[0].trim().toLowerCase()
  return pattern === '*/*' || (pattern.endsWith('/*') ? essence.startsWith(pattern.slice(0, -1)) : essence === pattern)
}

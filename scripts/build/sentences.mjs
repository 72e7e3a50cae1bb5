// The sentences that the module has only keys of: see src/sentence.rs.
import { readdirSync, readFileSync } from 'node:fs'
import { Failure, inProject } from '../project.mjs'

/** A module of JavaScript: key → sentence. */
export function sentencesModule() {
  const sources = readdirSync(inProject('src'), { recursive: true }).filter(file => file.endsWith('.rs')).sort()
  const sentences = collect(sources.map(file => readFileSync(inProject('src', file), 'utf8')).join('\n'))
  return `export const sentences = ${JSON.stringify(sentences, null, 2)}\n`
}

/** Whatever is given to the macro `say` in Rust. */
export function collect(rust) {
  const sentences = {}
  for (const [call, literal] of rust.matchAll(/\bsay!(?:\(\s*"((?:[^"\\]|\\.)*)"\s*\)|.{0,40})/gs)) {
    if (literal === undefined) throw new Failure(`Not a sentence between quotes: ${call}`)
    const sentence = unescape(literal)
    const key = keyOf(sentence)
    if (sentence !== (sentences[key] ??= sentence)) throw new Failure(`Two sentences have one key: reword "${sentence}" or "${sentences[key]}"`)
  }
  return sentences
}

const escapes = { n: '\n', r: '\r', t: '\t', '\\': '\\', '"': '"', "'": "'" }

/** What a string literal of Rust stands for. */
function unescape(literal) {
  return literal.replace(/\\(?:\n\s*|u\{([0-9a-f]+)\}|(.))/gi, (_, code, character) => {
    if (code) return String.fromCodePoint(parseInt(code, 16))
    if (character === undefined) return ''
    if (!(character in escapes)) throw new Failure(`Unknown escape in "${literal}"`)
    return escapes[character]
  })
}

/** The same as `key` in src/sentence.rs. */
export function keyOf(sentence) {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(sentence)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  const bits = (hash ^ hash >>> 16) & 0xffff
  return String.fromCharCode(0x0e + (bits >> 12), 0x30 + (bits >> 6 & 63), 0x30 + (bits & 63))
}

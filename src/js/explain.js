// What failures are in words: a file of its own, which is loaded with the first of them.
import { hint } from '../browser/hints.js'

export { sentences } from './generated/sentences.js'

export const hintFor = ({ code, phase, status, oss }, locale) =>
  hint(code, phase, status, oss?.code, oss?.message, oss?.recommendDoc, locale)

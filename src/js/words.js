import { details, failure } from './details.js'
import { UploadError } from './surface.js'

// No failure waits longer for its words, in milliseconds.
const patience = 5000

// Sentences about the network are the engine's own, and need none of those that are loaded.
const unexplained = {
  sentences: {},
  hintFor: (_, locale) => locale === 'zh-CN'
    ? '无法加载此错误的详细说明：请检查网络连接后重试。'
    : 'More about this error could not be loaded: check the network connection, then try again.'
}
let explanations
let loading

/** The words for failures, once they are there; at once those that there are without. */
function explain() {
  if (explanations) return explanations
  // To try would be in vain, and in older Firefoxes the last time that it is tried.
  if (globalThis.navigator?.onLine === false) return unexplained
  return loading ??= new Promise(resolve => {
    const late = setTimeout(resolve, patience, unexplained)
    import('./explain.js')
      .then(loaded => resolve(explanations = loaded), () => {
        loading = undefined
        resolve(unexplained)
      })
      .finally(() => clearTimeout(late))
  })
}

/** The error that pages see, of a failure as src/browser/failure.rs tells it. */
export async function toError(list, locale) {
  return inError(failure(list), locale, await explain())
}

function inError(failure, locale, { sentences, hintFor }) {
  return new UploadError(inWords(failure, sentences), { ...failure, hint: hintFor(failure, locale) })
}

/** A message is a sentence or its key, then the values for each `{}`. It ends with one full stop. */
function inWords({ code, message }, sentences) {
  const [sentence, ...values] = message.split('\x1f').map(part => isKey(part) ? sentences[part] ?? part : part)
  if (isKey(sentence)) return [code, ...values.filter(value => !isKey(value))].join(', ')
  const filled = sentence.replace(/\{\}/g, () => values.shift())
  return filled.endsWith('…') ? filled : filled.replace(/[. ]*$/, '.')
}

const warned = new Set()

/** Something that developers should know. */
async function warnOnce(message) {
  if (warned.has(message)) return
  warned.add(message)
  const { sentences } = await explain()
  console.warn('oss-direct-upload:', inWords({ code: 'NOTICE', message }, sentences))
}

/** It begins with a control character: see src/sentence.rs. */
const isKey = text => text < ' '

// What is told while the words are loaded waits, of all uploads, so that it stays in order.
let waiting

/** `hear(event, detail)`, with errors for failures. */
export function inOrder(hear, locale) {
  return (event, told) => {
    const detail = event in details ? details[event](told) : told
    if (event === 'notice') return warnOnce(detail)
    // Whoever aborts does not wait.
    if (event === 'abort' || detail === 'aborted') return hear(event, detail)
    const tell = words => {
      if (event === 'failure') hear('error', inError(detail, locale, words))
      else if (event === 'attempt' && detail.error) hear(event, { ...detail, error: inError(detail.error, locale, words) })
      else hear(event, detail)
    }
    // Who hears that it has failed, hears why in the same moment.
    const needsWords = detail === 'failed' || event === 'failure' || event === 'attempt' && detail.error
    if (waiting) waiting.push(tell)
    else if (needsWords && !explanations) tellLater(tell)
    else tell(explanations)
  }
}

async function tellLater(tell) {
  waiting = [tell]
  const words = await explain()
  // To its end, while it may still grow.
  for (const tell of waiting) tell(words)
  waiting = undefined
}

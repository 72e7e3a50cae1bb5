// The flags of a command. One that it does not know, or whose value makes no sense, ends it with how it is used.
import { parseArgs } from 'node:util'
import { Failure } from './project.mjs'

export const readFlags = (args, options, usage) => read({ args, options }, usage).values

/** The same, for a command that takes words, too: { values, positionals }. */
export const readWords = (args, options, usage) => read({ args, options, allowPositionals: true }, usage)

function read(config, usage) {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new Failure(`${error.message}\nUsage: ${usage}`)
  }
}

/** The value of a flag that takes a number: a whole one, unless `fraction`. */
export function readNumber(flag, text, { from, to, fraction = false }) {
  const value = Number(text)
  if (text.trim() === '' || !(value >= from && value <= to) || !fraction && !Number.isInteger(value)) {
    throw new Failure(`--${flag} takes a number from ${from} to ${to}, not "${text}"`)
  }
  return value
}

// The flags of a command. One that it does not know, or whose value makes no sense, ends it with how it is used.
import { parseArgs } from 'node:util'
import { Failure } from './project.mjs'

export function readFlags(args, options, usage) {
  try {
    return parseArgs({ args, options }).values
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

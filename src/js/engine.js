// What is loaded with the module: the functions that call it, and what they tell in words.
export * from './generated/glue.js'
export { checkOf } from './validate.js'
export { inOrder, toError } from './words.js'

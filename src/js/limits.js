// For pages that have limits of their own.
export { excess } from '../browser/limits.js'

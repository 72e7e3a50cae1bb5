/**
 * Where the classic script lies, beside what it loads late. It has to be told by its whole address: browsers take away that
 * of a script from another origin, such as a CDN, so that nothing can be imported relative to it.
 */
export const scriptAddress = globalThis.document?.currentScript?.src || globalThis.location?.href

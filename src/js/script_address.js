/**
 * Where the classic script lies, beside what it loads late. It has to be told by its whole address: browsers take away that
 * of a script from another origin, such as a CDN, so that nothing can be imported relative to it.
 */
export const scriptAddress = addressOf(globalThis.document?.currentScript?.src) ?? globalThis.location?.href

function addressOf(script) {
  if (!script) return undefined
  const address = new URL(script)
  // CDNs give the script for the package's own address, too, such as https://unpkg.com/oss-direct-upload@0.1.0.
  if (!address.pathname.endsWith('.js')) address.pathname = address.pathname.replace(/\/?$/, '/pkg/')
  return address
}

/** Calls `make` once, and again only when that failed: a page whose network was down for a moment is not broken for good. */
export function once(make) {
  let made
  return () => (made ??= make().catch(error => {
    made = undefined
    throw error
  }))
}

// What Lit needs to exist when it is imported, for servers. The build puts these in place of the globals.
export const HTMLElement = globalThis.HTMLElement ?? class {}
export const document = globalThis.document ?? { createTreeWalker() {} }

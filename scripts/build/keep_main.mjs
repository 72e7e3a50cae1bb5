/** For entries beside the main one: it stays a file of its own, of which there is one in a page. */
export const keepMain = ending => ({
  name: 'keep-main',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/index\.js$/ }, () => ({ path: `./index${ending}`, external: true }))
  }
})

// What the test wants to know beside the result: which engine did the work, and what was said on the console.
const seen = { engine: 'js', warnings: [] }

export function whenChosen(upload) {
  watch()
  document.getElementById('file').addEventListener('change', async ({ target }) => {
    try {
      globalThis.outcome = { result: await upload(target.files[0]), ...seen }
    } catch (error) {
      globalThis.outcome = { error: `${error?.stack}\n${JSON.stringify(error)}`, ...seen }
    }
  })
  // Before this a chosen file would not be noticed.
  document.documentElement.dataset.ready = ''
}

function watch() {
  const { WebAssembly: wasm, console } = globalThis
  if (wasm) {
    const { instantiate } = wasm
    wasm.instantiate = async (source, imports) => {
      const instance = await instantiate(source, imports)
      // Without imports it is but a question whether it may.
      if (imports) seen.engine = 'wasm'
      return instance
    }
  }
  const { warn } = console
  console.warn = (...args) => {
    seen.warnings.push(args.join(' '))
    warn(...args)
  }
}

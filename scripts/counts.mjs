// How many tests passed and failed, and which failed, read from what the runners print.

/** `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once for each test binary, wasm-bindgen's too. */
export function countCargo(output) {
  const names = [...output.matchAll(/^test (.+) \.\.\. FAIL(?:ED)?$/gm)].map(([, name]) => name)
  const counts = { passed: 0, failed: 0, skipped: 0, names }
  for (const [, passed, failed, ignored] of output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    counts.passed += Number(passed)
    counts.failed += Number(failed)
    counts.skipped += Number(ignored)
  }
  return counts
}

/** The last lines of node's reporter: `ℹ pass 3`. */
export function countNode(output) {
  const value = name => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
  // The reporter says them again at its end, each below the place where it is.
  const names = [...output.matchAll(/^test at (.+)\n✖ (.+?)(?: \([\d.]+ms\))?$/gm)].map(([, place, name]) => `${name} (${place})`)
  return { names, passed: value('pass'), failed: value('fail') + value('cancelled'), skipped: value('skipped') + value('todo') }
}

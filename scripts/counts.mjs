// How many tests passed and failed, read from what the runners print.

/** `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once for each test binary, wasm-bindgen's too. */
export function countCargo(output) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
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
  return { passed: value('pass'), failed: value('fail') + value('cancelled'), skipped: value('skipped') + value('todo') }
}

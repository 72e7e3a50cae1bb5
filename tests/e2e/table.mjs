// What tests of a table share: whether a cell is as expected, and how the table is printed.

/** An array lists what is allowed. */
export const isOne = (expected, observed) => [expected].flat().includes(observed)

/** A cell of what was observed; where it is not what is expected, with that before it. */
export const cell = (expected, observed) => isOne(expected, observed) ? String(observed ?? '-') : `${expected ?? '-'} ≠ ${observed ?? '-'}`

/** Lines of texts, below one another by column. */
export function toTable(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map(line => line[column].length)))
  return lines.map(line => line.map((text, column) => text.padEnd(widths[column])).join('  ').trimEnd()).join('\n')
}

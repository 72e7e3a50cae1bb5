// What was measured, and what is said of it.
//
// A result is one table: { step, name, title, unit, digits, better: 'less' | 'more', ours: [row…], rows: { row: [a number a turn] } }.

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Ours / theirs: the median of the turns' own ratios, for what slows one turn down slows both. */
export const ratio = (ours, theirs) => median(ours.map((value, turn) => value / theirs[turn]))

export const makeResult = (step, name, title, facts) => ({ step, name, title, digits: 0, better: 'less', ours: [], rows: {}, ...facts })

export function addTo({ rows }, row, value) {
  (rows[row] ??= []).push(value)
}

const fixed = (number, digits) => number.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** A table as text: median, spread, and for each of ours the ratio to this row. */
export function tableOf({ title, unit, digits, better, ours, rows }) {
  const names = Object.keys(rows)
  const wide = Math.max(20, ...names.map(name => name.length)) + 2
  const heads = ours.map(name => `${name} / this`)
  const lines = names.map(name => {
    const values = rows[name]
    const spread = values.length > 1 ? `${fixed(Math.min(...values), digits)} – ${fixed(Math.max(...values), digits)}` : ''
    const ratios = ours.map((mine, i) => (mine === name || !rows[mine] ? '' : ratio(rows[mine], values).toFixed(2)).padStart(heads[i].length + 2))
    return `${name.padEnd(wide)}${fixed(median(values), digits).padStart(12)}  ${spread.padEnd(24)}${ratios.join('')}`.trimEnd()
  })
  const head = `${''.padEnd(wide)}${'median'.padStart(12)}  ${'least – most'.padEnd(24)}${heads.map(text => `  ${text}`).join('')}`.trimEnd()
  return [`${title}, ${unit} (${better} is better)`, head, ...lines].join('\n')
}

/**
 * Whether a target holds: { says, value, limit, holds }; undefined where it is not one of this browser, or its step did not run.
 * A target of a step that ran and did not measure it is a mistake.
 */
export function judge({ step, result: name, ours, theirs, atMost, atLeast }, engine, results) {
  const limit = (atMost ?? atLeast)[engine]
  const ofStep = results.filter(result => result.step === step)
  if (limit === undefined || ofStep.length === 0) return undefined
  const result = ofStep.find(result => result.name === name)
  const missing = [ours, theirs].find(row => row && !result?.rows[row])
  if (missing || !result) throw new Error(`"${step}" was to measure "${missing}" of "${name}", and did not`)
  const value = theirs ? ratio(result.rows[ours], result.rows[theirs]) : median(result.rows[ours])
  const unit = theirs ? '' : ` ${result.unit}`
  return {
    says: `${result.title}: ${ours}${theirs ? ` / ${theirs}` : ''}`,
    value: `${value.toFixed(theirs ? 2 : result.digits)}${unit}`,
    limit: `${atMost ? '≤' : '≥'} ${limit.toFixed(theirs ? 2 : 0)}${unit}`,
    holds: atMost ? value <= limit : value >= limit
  }
}

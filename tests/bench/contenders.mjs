// Who takes part: the name in the tables, the file in `contenders/`, and what it is asked to do.
export const contenders = {
  'ours, verified': { file: 'ours', options: { verify: true } },
  'ours, not verified': { file: 'ours', options: { verify: false } },
  'XHR + FormData': { file: 'xhr' },
  'fetch + FormData': { file: 'fetch' },
  Uppy: { file: 'uppy' },
  Dropzone: { file: 'dropzone' },
  'ali-oss': { file: 'ali_oss' }
}

/** Turn by turn, every other round in the opposite order: nobody always follows the same one. */
export async function takeTurns(names, rounds, turn) {
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) await turn(name)
  }
}

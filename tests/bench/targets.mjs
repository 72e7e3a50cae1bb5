// What has to hold, as ratios ours / theirs or as plain numbers. `npm run bench` says of each whether it does, and with
// `--check` fails where one does not.
const verified = 'ours, verified'
const xhr = 'XHR + FormData'
const chromium = limit => ({ chromium: limit })

export const targets = [
  { step: 'large', result: 'time', ours: verified, theirs: xhr, atMost: { chromium: 0.85, firefox: 1.5, webkit: 0.95 } },
  { step: 'large', result: 'time', ours: 'ours, not verified', theirs: xhr, atMost: { chromium: 0.7, firefox: 1.1, webkit: 0.95 } },
  { step: 'large', result: 'longest', ours: verified, atMost: chromium(50) },
  { step: 'hash', result: 'bound', ours: 'ours', theirs: 'only reading', atLeast: { chromium: 0.8, firefox: 0.6, webkit: 0.75 } },
  { step: 'small', result: 'time', ours: verified, theirs: xhr, atMost: { chromium: 1.3, firefox: 1.15, webkit: 1.4 } },
  { step: 'small', result: 'time', ours: verified, theirs: 'Uppy', atMost: { chromium: 0.8, firefox: 0.8, webkit: 0.85 } },
  { step: 'small', result: 'longest', ours: verified, atMost: chromium(50) },
  { step: 'first', result: 'far', ours: 'ours', theirs: xhr, atMost: chromium(1.55) },
  { step: 'first', result: 'far', ours: 'ours, as published', theirs: xhr, atMost: chromium(1.55) },
  { step: 'first', result: 'far', ours: 'ours, at page load', theirs: `${xhr}, at page load`, atMost: chromium(1.1) },
  { step: 'first', result: 'longest', ours: 'ours', atMost: chromium(50) },
  { step: 'hash', result: 'longest', ours: 'ours', atMost: chromium(50) },
  { step: 'queue', result: 'aborted', ours: 'ours, 20,000 files', atMost: chromium(300) },
  { step: 'queue', result: 'longest', ours: 'ours, 20,000 files', atMost: chromium(50) },
  { step: 'queue', result: 'wasm', ours: 'ours, 20,000 files', atMost: chromium(1000) },
  { step: 'memory', result: 'growth', ours: verified, atMost: chromium(32) },
  { step: 'memory', result: 'longest', ours: verified, atMost: chromium(50) }
]

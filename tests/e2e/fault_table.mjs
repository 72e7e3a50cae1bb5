// Every fault of the stand-in (tests/standin/README.md lists them) and how an upload that meets it has to end.
//
// What is expected follows from OSS's documents: which answers its SDKs repeat, which need fresh parameters, which
// never change.

import { MiB } from './bytes.mjs'

const ATTEMPTS = 4
export const done = { state: 'done', code: undefined, attempts: 1, refreshes: 0, stored: true, verified: true }
const failed = (code, rest) => ({ state: 'failed', code, attempts: 1, refreshes: 0, stored: false, verified: undefined, ...rest })
/** Refused before anything was posted. */
const refused = (code, rest) => failed(code, { attempts: 0, ...rest })

// What OSS does to the post: [fault in the file name, expected, options]
const FIXED_KEY = { route: '/api/policy/v1', fixedKey: true }
export const ossFaults = [
  ['none', done],
  ['slow@1000000', done],
  ['reset@65536', failed('NETWORK', { attempts: ATTEMPTS })],
  // Larger than what the buffers of both sockets may grow to, usually 4 MiB and 32 MiB: what they hold counts as sent,
  // and an upload all of which is sent is given more time.
  ['stall@65536', failed('STALLED', { attempts: ATTEMPTS }), { size: 64 * MiB, stallTimeout: 1500 }],
  ['http500@2', { ...done, attempts: 3 }],
  ['http500', failed('OSS_REFUSED', { attempts: ATTEMPTS })],
  ['http500', failed('OSS_REFUSED', { attempts: 1 }), { retry: false }],
  ['http503@1', { ...done, attempts: 2 }],
  ['throttle@3', { ...done, attempts: 4 }],
  ['request-timeout@1', { ...done, attempts: 2 }],
  ['refused@InDebt', failed('OSS_REFUSED')],
  ['html', failed('INVALID_RESPONSE', { attempts: ATTEMPTS })],
  // A success is only what OSS itself says, and never after a redirect.
  ...['redirect@301', 'redirect@302', 'redirect@307', 'redirect@308', 'stranger@text', 'stranger@json', 'stranger@long', 'stranger@201', 'html@200']
    .map(fault => [fault, failed('INVALID_RESPONSE')]),
  ['error-200', failed('OSS_REFUSED', { attempts: ATTEMPTS })],
  ['truncated-xml', failed('OSS_REFUSED', { attempts: ATTEMPTS })],
  ['huge-body', failed('OSS_REFUSED')],
  ['no-crc', { ...done, verified: false }],
  ['hidden-headers', { ...done, verified: false }],
  ['wrong-crc', failed('INTEGRITY', { attempts: ATTEMPTS, stored: true })],
  ['wrong-crc', { ...done, verified: false }, { verify: false }],
  // Only the answer lacks the permission: OSS stores what it may not tell the page of.
  ['no-cors', failed('NETWORK', { attempts: ATTEMPTS, stored: true })],
  ['callback-failed', failed('CALLBACK_FAILED', { stored: true })],
  // Browsers send a request again by themselves when a connection that was kept open turns out to be closed.
  ['lost-answer@1', { ...done, attempts: [1, 2] }],
  ['lost-answer@1', { ...done, attempts: [1, 2], verified: false }, { route: '/api/policy/v1', fields: { 'x-oss-forbid-overwrite': 'true' } }],
  ['expired@1', { ...done, attempts: 2, refreshes: 1 }, FIXED_KEY],
  ['expired', failed('POLICY_EXPIRED', { attempts: ATTEMPTS, refreshes: ATTEMPTS - 1 }), FIXED_KEY]
]

// What the backend does to the parameters: [fault in its address, expected, options]
export const paramsFaults = [
  ['slow@500', done],
  ['hang@1', { ...done, refreshes: 1 }, { stallTimeout: 500 }],
  ['hang', refused('STALLED', { refreshes: ATTEMPTS - 1 }), { stallTimeout: 300 }],
  ['long@2000000', refused('INVALID_PARAMS')],
  ['429@2', { ...done, refreshes: 2 }],
  ['500@1', { ...done, refreshes: 1 }],
  ['503@1', { ...done, refreshes: 1 }],
  ['401', refused('PARAMS_REFUSED')],
  ['403', refused('PARAMS_REFUSED')],
  ['html', refused('INVALID_PARAMS')],
  // With the gateway's InternalError, which may pass.
  ['success-false', refused('PARAMS_REFUSED', { refreshes: ATTEMPTS - 1 })],
  ['unknown-action', refused('PARAMS_REFUSED')],
  ['missing@Signature', refused('INVALID_PARAMS')],
  ['missing@TempFileKey', refused('INVALID_PARAMS')],
  ['foreign-host', refused('FORBIDDEN_HOST'), { allowedHosts: ['127.0.0.1', '*.oss.localhost', 'oss.localhost'] }],
  ['max-size@1000', refused('POLICY_VIOLATION')],
  ['content-type@image/png', refused('POLICY_VIOLATION'), { type: 'text/plain' }],
  ['content-type@image/png', done, { type: 'image/png' }],
  ['wrong-bucket', refused('POLICY_VIOLATION')],
  ['foreign-signature', failed('OSS_REFUSED')],
  ['expired', refused('POLICY_EXPIRED', { refreshes: ATTEMPTS - 1 })],
  // A backend whose clock is a day fast, or slow: by OSS's clock the latter's policies have ended.
  ['skew@86400', done],
  ['skew@-86400', failed('POLICY_EXPIRED', { attempts: ATTEMPTS, refreshes: ATTEMPTS - 1 })]
]

// The words of servers and of functions: what an error shows of them. A row: [name, expected, what that stands on, what is
// done in the page].

const SECRET = 'README: no message, log line or error property holds a policy, signature or token'

export const words = [
  // Secrets.
  ...[
    ['throws its answer', 'answer => { throw answer }'],
    ['rejects with its answer in an envelope', 'async answer => { throw { status: 1, data: answer } }'],
    ['throws an error that says its answer', 'answer => { throw new Error(JSON.stringify(answer)) }'],
    ['throws an error that carries its answer', "answer => { throw Object.assign(new Error('bad'), { response: { data: answer } }) }"],
    ['throws an error with a cause', "answer => { throw new Error('bad', { cause: answer }) }"],
    ['throws an error with a chain of causes', "answer => { throw new Error('bad', { cause: new Error('worse', { cause: new Error(JSON.stringify(answer)) }) }) }"],
    ['throws many errors in one', "answer => { throw new AggregateError([new Error('a'), new Error(JSON.stringify(answer))], 'bad') }"],
    ['throws an error with a getter that throws', "answer => { throw Object.defineProperty(new Error(JSON.stringify(answer)), 'a', { enumerable: true, get() { throw new Error('mine') } }) }"],
    ['throws its signature in a text', 'answer => { throw JSON.stringify({ signature: answer.signature }) }']
  ].map(([words, source]) => [
    `a params function that ${words}`, 'PARAMS_REFUSED shows nothing', SECRET,
    async ({ v4, upload, file, failure, shows }, source) => {
      const answer = await v4()
      const error = await failure(upload(file(), { params: () => new Function(`return ${source}`)()(answer), retry: false }))
      return `${error.code} shows ${shows(error, answer).join(' ') || 'nothing'}`
    }, source
  ]),
  ...[
    ['its message echoes them', 'answer => ({ code: "Bad", message: `cannot use ${answer.policy} and ${answer.signature}`, ...answer, host: null })'],
    ['deep in its answer', 'answer => ({ code: "Bad", message: `cannot use ${answer.policy}`, debug: [{ form: answer }] })'],
    ['without a field of that name', 'answer => ({ code: "Bad", message: `policy=${answer.policy}&signature=${answer.signature}` })'],
    ['its message is the answer', 'answer => ({ code: "Bad", message: JSON.stringify(answer) })']
  ].map(([words, source]) => [
    `a backend that refuses: ${words}`, 'PARAMS_REFUSED shows nothing', SECRET,
    async ({ v4, upload, file, failure, shows, withFetch }, source) => {
      const answer = await v4()
      const body = new Function(`return ${source}`)()(answer)
      const error = await withFetch('backend', async () => Response.json(body, { status: 403 }), () => failure(upload(file(), { params: '/p', retry: false })))
      return `${error.code} shows ${shows(error, answer).join(' ') || 'nothing'}`
    }, source
  ]),
  ...[false, true].map(watched => [
    `OSS echoes policy and signature${watched ? ', with progress' : ''}`, 'OSS_REFUSED shows nothing', SECRET,
    async ({ v4, failure, send, shows, withFetch, withProperty, ossError }, watched) => {
      const answer = await v4()
      const echo = ossError('InvalidArgument', `policy ${answer.policy}, signature ${answer.signature}, ${encodeURIComponent(answer.policy)}`)
      const text = await echo.clone().text()
      const error = watched
        ? await withProperty(XMLHttpRequest.prototype, 'status', { get: () => 400 }, () =>
          withProperty(XMLHttpRequest.prototype, 'response', { get: () => text }, () => failure(send(answer, { onProgress() {}, retry: false }))))
        : await withFetch('bucket', async () => echo, () => failure(send(answer, { retry: false })))
      return `${error.code} shows ${shows(error, answer).join(' ') || 'nothing'}`
    }, watched
  ]),

  // Codes.
  ...['InDebt', 'InDebtOverdue', 'AbnormalBucketOwnerStatus', 'BucketNotBelongTo', 'CnameDenied', 'UbsmsInvalidBid', 'KmsServiceNotEnabled'].map(code => [
    `OSS answers ${code}`, 'OSS_REFUSED, a hint of its own', 'fact sheet 14.7',
    async ({ v1, failure, send, withFetch, ossError }, ossCode) => {
      const answer = await v1()
      const error = await withFetch('bucket', async () => ossError(ossCode), () => failure(send(answer, { retry: false })))
      return `${error.code}, ${error.hint.startsWith('See ') ? 'no hint' : 'a hint of its own'}`
    }, code
  ]),
  ['OSS answers a code that nobody knows', /^See https:/, 'a hint says where to look',
    async ({ v1, failure, send, withFetch, ossError }) => {
      const answer = await v1()
      return (await withFetch('bucket', async () => ossError('NeverHeardOf'), () => failure(send(answer, { retry: false })))).hint
    }],
  ...[false, true].map(watched => [
    `CALLBACK_FAILED tells key, bucket and address${watched ? ', with progress' : ''}`, 'CALLBACK_FAILED demo-bucket, the object’s address', 'README: use the stored object',
    async ({ v1, failure, send }, watched) => {
      const answer = await v1()
      const error = await failure(send(answer, { file: { name: 'fault=callback-failed,misread.txt' }, ...watched && { onProgress() {} } }))
      const leads = error.key?.startsWith(answer.dir) && decodeURIComponent(error.url) === `${answer.host}/${error.key}` && error.toJSON().key === error.key
      return `${error.code} ${error.bucket}, ${leads ? 'the object’s address' : error.url}`
    }, watched
  ]),
  ['another failure tells none', 'OSS_REFUSED undefined undefined undefined', 'nothing is stored there',
    async ({ v1, failure, send, withFetch, ossError }) => {
      const answer = await v1()
      const { code, key, bucket, url } = await withFetch('bucket', async () => ossError('AccessDenied'), () => failure(send(answer, { retry: false })))
      return [code, key, bucket, url].join(' ').replace(/ (?= |$)/g, ' undefined')
    }]
]

// What a page hands over. A row: [name, expected, what that stands on, what is done in the page].

const MINE = 'done DIR/UUID/FILE'
const TYPES = 'index.d.ts'
const UNREACHED = 'a page finds what it mistyped'

export const options = [
  // The key.
  ['`key` is async', 'done DIR/late-FILE', TYPES,
    async ({ v1, put, pause }) => put(await v1(), {
      key: async (file, dir) => {
        await pause(20)
        return `${dir}late-${file.name}`
      }
    })],
  ['`key` gives a promise of another realm', 'done DIR/FILE', 'what `await` takes',
    async ({ v1, put }) => {
      const frame = document.body.appendChild(document.createElement('iframe'))
      const { Promise } = frame.contentWindow
      return put(await v1(), { key: (file, dir) => Promise.resolve(dir + file.name) })
    }],
  ...['42', 'undefined', 'null', "''", '[]', 'Promise.resolve(1)'].map(value => [
    `\`key\` gives ${value}`, /^TypeError: The `key` function has to return a string/, TYPES,
    async ({ v1, put }, value) => put(await v1(), { key: new Function(`return ${value}`) }), value
  ]),
  ['`key` rejects', 'Error: mine', "the page's own error", async ({ v1, put }) => put(await v1(), { key: async () => { throw new Error('mine') } })],
  ...['../x', 'a/../x', 'a/./x', 'a/..', '../../x'].map(end => [
    `\`key\` ends in ${end}: the address leads to the object`, true, 'the address is that of the object',
    async ({ v1, send }, end) => {
      const { key, url } = await send(await v1(), { key: (file, dir) => dir + end.replace('x', file.name) })
      // Path-style, the bucket stands before it.
      return decodeURIComponent(new URL(url).pathname).endsWith(`/${key}`)
    }, end
  ]),

  // The check of the page's own.
  ...['() => false', 'async () => false'].map(source => [
    `\`validate\` is ${source}`, /^POLICY_VIOLATION: A function of the page's refused the file/, 'as `beforeUpload` refuses',
    async ({ v1, put }, source) => put(await v1(), { validate: new Function(`return ${source}`)() }), source
  ]),
  ...['() => {}', '() => true', '() => null', '() => 0', "() => ''"].map(source => [
    `\`validate\` is ${source}`, MINE, 'only `false` refuses',
    async ({ v1, put }, source) => put(await v1(), { validate: new Function(`return ${source}`)() }), source
  ]),

  // Hosts.
  ...[
    ['an origin', ({ origin }) => origin, MINE],
    ['an origin with a slash', ({ origin }) => `${origin}/`, MINE],
    ['a host with a port', ({ host }) => host, MINE],
    ['a host with a slash', ({ hostname }) => `${hostname}/`, MINE],
    ['spaces round it', ({ host }) => ` ${host} `, MINE],
    ['upper case', ({ host }) => host.toUpperCase(), MINE],
    ['an origin of another scheme', ({ host }) => `https://${host}`, /^FORBIDDEN_HOST: /],
    ['an origin of another port', ({ protocol, hostname }) => `${protocol}//${hostname}:1`, /^FORBIDDEN_HOST: /],
    ['an address with a path', ({ origin }) => `${origin}/a`, /^TypeError: `allowedHosts\[0\]`/],
    ['a scheme alone', () => 'https://', /^TypeError: `allowedHosts\[0\]`/],
    ['an empty text', () => '', /^TypeError: `allowedHosts\[0\]`/],
    ['a star', () => '*', /^TypeError: `allowedHosts\[0\]`/],
    ['a pattern in the middle', () => 'a.*.example', /^TypeError: `allowedHosts\[0\]`/]
  ].map(([words, make, expected]) => [
    `\`allowedHosts\` has ${words}`, expected, `${TYPES}: hosts, origins, or \`*.example.com\``,
    async ({ v1, put }, source) => {
      const answer = await v1()
      const allowedHosts = [new Function(`return (${source})`)()(new URL(answer.host))]
      try {
        return await put(answer, { allowedHosts })
      } catch (error) {
        return `${error.name}: ${error.message}`
      }
    }, String(make)
  ]),

  // What the backend is asked.
  ...[
    ["'/sign?type=avatar'", ['type=avatar', 'fileName', 'size']],
    ["'/sign?fileName=mine&size=1&a=%26'", ['fileName=mine', 'size=1', 'a=&', 'type']],
    ["({ url: '/sign', query: { type: 'avatar' } })", ['type=avatar', 'fileName', 'size']],
    ["({ url: '/sign?type=avatar', query: { size: '2' } })", ['type=avatar', 'size=2', 'fileName']],
    ["new URL('/sign?type=avatar#type=x', location)", ['type=avatar', 'fileName', 'size']]
  ].map(([params, expected]) => [
    `\`params\` is ${params}`, expected.map(entry => entry.split('=')[0]).toSorted().join(' ') + ' | ' + expected.filter(entry => entry.includes('=')).toSorted().join(' '),
    "the caller's own query wins, ours is left out",
    async ({ withFetch, file, upload, ended }, source) => {
      let query
      await withFetch('backend', async request => {
        query = [...new URL(request.url).searchParams]
        return Response.json(null)
      }, () => ended(upload(file(), { params: new Function(`return ${source}`)(), retry: false })))
      const ours = ['a', 'type', 'size', 'fileName']
      const own = query.filter(([name, value]) => source.includes(`${name}=`) && decodeURIComponent(source).includes(`${name}=${value}`) || source.includes(`${name}: '${value}'`))
      return query.map(([name]) => name).filter(name => ours.includes(name)).toSorted().join(' ') + ' | ' + own.map(entry => entry.join('=')).toSorted().join(' ')
    }, params
  ]),

  // Names that do not exist.
  ...[
    ['onprogress', 'onProgress'], ['metaData', 'metadata'], ['allowedhost', 'allowedHosts'], ['calbackVars', 'callbackVars'], ['time-out', 'stallTimeout']
  ].map(([name, nearest]) => [
    `the option \`${name}\``, name === 'time-out' ? /^1: .*`time-out`/ : `1: oss-direct-upload: there is no option \`${name}\`. Is \`${nearest}\` meant?`, UNREACHED,
    async ({ warnings, upload, createUploader, file, failure }, name) => {
      const said = await warnings(async () => {
        await failure(upload(file(), { params: () => null, [name]: 1 }))
        await failure(upload(file(), { params: () => null, [name]: 1 }))
        await failure(createUploader({ params: () => null, [name]: 1 }).add(file(), { [name]: 1 }).result)
      })
      const mine = said.filter(text => text.includes(`\`${name}\``))
      return `${mine.length}: ${mine}`
    }, name
  ]),

  // Values of the wrong type.
  ...[
    [{ metadata: { album: 7 } }, 'metadata.album'], [{ fields: { 'x-oss-object-acl': 1 } }, 'fields.x-oss-object-acl'],
    [{ callbackVars: { uid: 42 } }, 'callbackVars.uid'], [{ metadata: { album: null } }, 'metadata.album'],
    [{ params: { url: '/p', headers: { a: 1 } } }, 'params.headers.a'], [{ params: { url: '/p', query: { a: 1 } } }, 'params.query.a'],
    [{ validate: { accept: ['a', 1] } }, 'validate.accept[1]']
  ].map(([options, entry]) => [
    `a wrong type in ${JSON.stringify(options)}`, `TypeError: \`${entry}\``, 'a TypeError names the entry',
    async ({ failure, file, upload }, options) => {
      const { name, message } = await failure((async () => upload(file(), { params: '/p', ...options }))())
      return `${name}: ${message.split(' ')[0]}`
    }, options
  ]),
  ...['a_b', 'a.b', 'a!', 'a~b', 'ä', 'a b', ''].map(name => [
    `metadata named "${name}"`, /^INVALID_PARAMS: .*cannot be a metadata name: expected letters, digits and hyphens/, 'fact sheet 14.4: EC 0011-00000002',
    async ({ v1, put }, name) => put(await v1(), { metadata: { [name]: 'x' } }), name
  ]),
  ['metadata named "a-B1"', MINE, 'fact sheet 14.4', async ({ v1, put }) => put(await v1(), { metadata: { 'a-B1': 'x' } })]
]

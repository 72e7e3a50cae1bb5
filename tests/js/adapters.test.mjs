// What the adapters tell a component, and when: each end once, and nothing after the component has aborted.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { UppyPlugin, antd, arco, arcoVue, elementPlus, filePond, naiveUi, semi } from '../../src/js/adapters.js'

// What Node has none of.
globalThis.XMLHttpRequest ??= class { abort() { assert.fail('not the upload, but the request was aborted') } }
globalThis.ProgressEvent ??= class extends Event {
  constructor(type, { loaded, total }) {
    super(type)
    Object.assign(this, { loaded, total })
  }
}

const file = new File(['abc'], 'a.txt')
const result = { key: 'a/a.txt', url: 'https://b.example.com/a/a.txt', status: 200 }
const refusal = Object.assign(new Error('Too large.'), { hint: 'Choose a smaller one.' })
const half = { ratio: 0.505, loaded: 2, total: 4 }

class FakeTask extends EventTarget {
  progress = { ratio: 0, loaded: 0, total: 4 }
  hasEnded = false

  tell(type, detail) {
    if (this.hasEnded) return
    this.hasEnded = type !== 'progress'
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }

  abort(reason) { this.tell('abort', reason) }
}

let task
let uploader
let said

beforeEach(() => {
  said = []
  uploader = Object.assign(new EventTarget(), {
    add(file) {
      if (!(file instanceof Blob)) throw new TypeError('no file')
      task = Object.assign(new FakeTask(), { file })
      return task
    }
  })
})

const say = name => (...args) => { said.push([name, ...args]) }

/** A component of each library: what it calls, with what, and how it aborts. `start` gives what it got back. */
const components = {
  antd: {
    start: ({ customRequest }, file) => customRequest({ file, onProgress: ({ percent }) => say('progress')(percent), onSuccess: say('done'), onError: say('failed') }),
    make: antd, abort: request => request.abort(), done: [result], failed: [refusal, 'Too large. Choose a smaller one.'], half: [50]
  },
  arco: {
    start: ({ customRequest }, file) => customRequest({ file, onProgress: say('progress'), onSuccess: say('done'), onError: say('failed') }),
    make: arco, abort: request => request.abort(), done: [result], failed: ['Too large. Choose a smaller one.'], half: [50]
  },
  arcoVue: {
    start: ({ customRequest }, file) => customRequest({ fileItem: { uid: '1', file }, onProgress: say('progress'), onSuccess: say('done'), onError: say('failed') }),
    make: arcoVue, abort: request => request.abort(), done: [result], failed: [refusal], half: [0.505]
  },
  elementPlus: {
    start: ({ httpRequest }, file) => httpRequest({ file, onProgress: ({ percent }) => say('progress')(percent), onSuccess: say('done'), onError: say('failed') }),
    make: elementPlus,
    // As it does.
    abort: request => { if (request instanceof XMLHttpRequest) request.abort() },
    done: [result], failed: [refusal], half: [50]
  },
  filePond: {
    start: ({ process }, file) => process('file', file, {}, say('done'), say('failed'), say('progress'), say('aborted')),
    make: filePond, abort: request => request.abort(), done: ['a/a.txt'], failed: ['Too large. Choose a smaller one.'], half: [true, 2, 4], aborted: [['aborted']], nothing: [true, 0, 4]
  },
  naiveUi: {
    start(props, file) {
      const row = { id: '1', file }
      props.customRequest({ file: row, onProgress: ({ percent }) => say('progress')(percent), onFinish: () => say('done')(row.response), onError: () => say('failed')(row.error) })
      return { props, row }
    },
    make: naiveUi, abort: ({ props, row }) => props.onRemove({ file: { ...row } }), done: [result], failed: [refusal], half: [50]
  },
  semi: {
    start(props, fileInstance) {
      props.customRequest({ fileInstance, onProgress: ({ loaded, total }) => say('progress')(loaded / total), onSuccess: say('done'), onError: say('failed') })
      return { props, fileInstance }
    },
    make: semi, abort: ({ props, fileInstance }) => props.onRemove(fileInstance), done: [result], failed: [refusal], half: [0.5]
  }
}

for (const [name, { make, start, abort, ...expected }] of Object.entries(components)) {
  const first = ['progress', ...expected.nothing ?? [0]]

  test(`${name}: a start, progress and a success`, () => {
    const begun = start(make(uploader), file)
    assert.equal(task.file, file)
    assert.deepEqual(said, [first])
    task.tell('progress', half)
    task.tell('done', result)
    assert.deepEqual(said, [first, ['progress', ...expected.half], ['done', ...expected.done]])
    abort(begun)
    assert.deepEqual(said.slice(3).filter(([what]) => what !== 'aborted'), [])
  })

  test(`${name}: a failure`, () => {
    start(make(uploader), file)
    task.tell('error', refusal)
    assert.deepEqual(said, [first, ['failed', ...expected.failed]])
  })

  test(`${name}: what the component aborts is aborted, and told nothing`, () => {
    const request = start(make(uploader), file)
    abort(request)
    assert.equal(task.hasEnded, true)
    assert.deepEqual(said, [first, ...expected.aborted ?? []])
  })

  test(`${name}: what the page aborts has failed`, () => {
    start(make(uploader), file)
    task.abort('enough')
    assert.deepEqual(said.map(([what]) => what), ['progress', 'failed'])
    assert.match(String(said[1][1]), /enough/)
  })

  test(`${name}: options make an uploader, and are checked`, () => {
    assert.throws(() => make({ params: 1 }), { name: 'TypeError', message: /`params` is 1/ })
    make({ params: '/p' })
  })
}

test('naiveUi: a row without a file has failed', () => {
  components.naiveUi.start(naiveUi(uploader), null)
  assert.deepEqual(said.map(([what, { message }]) => [what, message]), [['failed', 'no file']])
})

test('arcoVue: a row that is removed', async () => {
  const props = arcoVue(uploader)
  components.arcoVue.start(props, file)
  assert.equal(await props.onBeforeRemove({ uid: '2' }), true)
  assert.equal(task.hasEnded, false)
  assert.equal(await props.onBeforeRemove({ uid: '1' }), true)
  assert.deepEqual([task.hasEnded, said.length], [true, 1])
})

test('semi: a list that is cleared', () => {
  const props = semi(uploader)
  const tasks = ['a', 'b'].map(name => {
    components.semi.start(props, new File([name], name))
    return task
  })
  props.onClear()
  assert.deepEqual(tasks.map(({ hasEnded }) => hasEnded), [true, true])
})

test('a file that is started again can be aborted again', () => {
  const props = naiveUi(uploader)
  components.naiveUi.start(props, file)
  task.tell('error', refusal)
  const again = components.naiveUi.start(props, file)
  components.naiveUi.abort(again)
  assert.equal(task.hasEnded, true)
})

/** As much of Uppy as a plugin sees. */
function openUppy(...files) {
  const listeners = new Set()
  const state = new Map(files.map(file => [file.id, { progress: {}, meta: {}, type: '', ...file }]))
  return {
    addUploader(upload) { this.upload = upload },
    removeUploader(upload) { if (this.upload === upload) this.upload = undefined },
    getFile: id => state.get(id),
    getFilesByIds: ids => ids.map(id => state.get(id)),
    emit: (type, file, ...details) => said.push([type, file.id ?? file.map(({ id }) => id), ...details]),
    on: (_type, listener) => listeners.add(listener),
    off: (_type, listener) => listeners.delete(listener),
    remove: id => { for (const listener of listeners) listener({ id }) },
    listeners
  }
}

function useUppy(...files) {
  const uppy = openUppy(...files)
  const plugin = new UppyPlugin(uppy, uploader)
  plugin.install()
  return { uppy, plugin, upload: () => uppy.upload(files.map(({ id }) => id)) }
}

test('Uppy: a success, under the name that the user gave', async () => {
  const { uppy, upload } = useUppy({ id: '1', name: 'a.txt', data: file, meta: { name: 'b.txt' }, type: 'text/plain' })
  const ended = upload()
  assert.deepEqual([task.file.name, task.file.type, task.file.size], ['b.txt', 'text/plain', 3])
  task.tell('progress', half)
  task.tell('done', result)
  await ended
  assert.deepEqual(said.map(([type]) => type), ['upload-start', 'upload-progress', 'upload-progress', 'upload-success'])
  assert.deepEqual(said[0], ['upload-start', ['1']])
  assert.deepEqual([said[2][2].bytesUploaded, said[2][2].bytesTotal], [2, 4])
  assert.deepEqual(said[3], ['upload-success', '1', { status: 200, body: result, uploadURL: result.url }])
  assert.equal(uppy.listeners.size, 0)
})

test('Uppy: a failure, with what to do about it', async () => {
  const { upload } = useUppy({ id: '1', name: 'a.txt', data: file })
  const ended = upload()
  task.tell('error', refusal)
  await ended
  assert.deepEqual(said.slice(2), [['upload-error', '1', refusal]])
  assert.equal(refusal.details, 'Choose a smaller one.')
})

test('Uppy: a file that is removed is aborted, another goes on', async () => {
  const { uppy, upload } = useUppy({ id: '1', name: 'a.txt', data: file }, { id: '2', name: 'b.txt', data: file })
  const tasks = []
  const { add } = uploader
  uploader.add = file => {
    tasks.push(add(file))
    return task
  }
  const ended = upload()
  uppy.remove('1')
  assert.deepEqual(tasks.map(({ hasEnded }) => hasEnded), [true, false])
  tasks[1].tell('done', result)
  await ended
  assert.deepEqual(said.filter(([type]) => !/start|progress/.test(type)).map(([type, id]) => [type, id]), [['upload-success', '2']])
})

test('Uppy: the plugin leaves nothing under way when it goes', async () => {
  const { uppy, plugin, upload } = useUppy({ id: '1', name: 'a.txt', data: file })
  const ended = upload()
  plugin.uninstall()
  await ended
  assert.deepEqual([task.hasEnded, uppy.upload, uppy.listeners.size], [true, undefined, 0])
})

test('Uppy: what is done, has failed or lies elsewhere is not uploaded', async () => {
  task = undefined
  const { upload } = useUppy(
    { id: '1', name: 'a.txt', data: file, progress: { uploadComplete: true } },
    { id: '2', name: 'b.txt', data: file, error: 'before' },
    { id: '3', name: 'c.txt', data: { size: 1 }, isRemote: true }
  )
  await upload()
  assert.equal(task, undefined)
  assert.deepEqual(said[0], ['upload-start', ['3']])
  assert.match(said[1][2].message, /^"c.txt" is not on this device/)
})

// The list behind the hooks. The engine is not to be had from here, so that every upload fails: what is asked is how the
// list tells of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectScope, shallowRef } from 'vue'
import { TaskList } from '../../src/js/task_list.js'
import { useUpload } from '../../src/js/vue.js'

const file = new File(['abc'], 'a.txt')
const listOf = options => new TaskList(() => options)

/** Until the list says something for which this holds. */
const until = (list, holds) => new Promise(resolve => {
  const look = () => {
    if (!holds(list.value)) return
    unsubscribe()
    resolve(list.value)
  }
  const unsubscribe = list.subscribe(look)
  look()
})
const allIn = state => ({ tasks }) => tasks.length > 0 && tasks.every(task => task.state === state)

test('a file is in the list at once, and its failure soon', async () => {
  const list = listOf({ params: '/p' })
  const before = list.value
  assert.deepEqual([before.tasks, before.progress.pending], [[], 0])
  assert.equal(list.value, before)
  const [task] = list.actions.add(file)
  const [view] = list.value.tasks
  assert.deepEqual([view.id, view.name, view.file, view.state, list.value.progress.pending], [1, 'a.txt', file, 'queued', 1])
  const { tasks: [failed] } = await until(list, allIn('failed'))
  assert.notEqual(failed, view)
  assert.ok(failed.error instanceof Error)
  assert.equal(await task.result.catch(error => error), failed.error)
  assert.equal('error' in view, false, 'a value does not change')
})

test('it takes a file, a list of them, and anything that is iterated', () => {
  const list = listOf({ params: '/p' })
  list.actions.add([file, new Blob(['b'])])
  list.actions.add(new Set([file]))
  assert.deepEqual(list.value.tasks.map(({ id, name }) => [id, name]), [[1, 'a.txt'], [2, ''], [3, 'a.txt']])
  assert.throws(() => list.actions.add([file, 'a.txt', file]), { name: 'TypeError', message: /"a.txt"/ })
  assert.equal(list.value.tasks.length, 4, 'what was started is shown')
})

test('what does not change stays the same object', async () => {
  const list = listOf({ params: '/p' })
  list.actions.add(file)
  const { tasks: [first] } = await until(list, allIn('failed'))
  list.actions.add(file)
  assert.equal(list.value.tasks[0], first)
})

test('a retry keeps its row, and only what has ended without success is tried again', async () => {
  const list = listOf({ params: '/p' })
  const [first] = list.actions.add(file, { priority: 1 })
  list.value.tasks[0].retry()
  assert.equal(list.value.tasks[0].state, 'queued')
  await until(list, allIn('failed'))
  list.actions.retry()
  const [{ id, state, error }] = list.value.tasks
  assert.deepEqual([id, state, error], [1, 'queued', undefined])
  first.dispatchEvent(new CustomEvent('statechange', { detail: 'done' }))
  list.value.tasks[0].abort()
  await until(list, allIn('aborted'))
  list.actions.retry()
  assert.equal(list.value.tasks[0].state, 'aborted', 'a user wanted that')
  list.value.tasks[0].retry()
  await until(list, allIn('failed'))
})

test('rows go by themselves, or when they have ended', async () => {
  const list = listOf({ params: '/p' })
  const [task] = list.actions.add([file, file])
  list.value.tasks[0].remove()
  assert.deepEqual([task.state, list.value.tasks.map(({ id }) => id)], ['aborted', [2]])
  list.actions.clear()
  assert.equal(list.value.tasks.length, 1)
  await until(list, allIn('failed'))
  list.actions.clear()
  assert.deepEqual(list.value.tasks, [])
})

test('a component that goes takes its uploads with it, unless it says otherwise', context => {
  const { mock: warn } = context.mock.method(console, 'warn', () => {})
  for (const [options, state] of [[{}, 'aborted'], [{ abortOnUnmount: true }, 'aborted'], [{ abortOnUnmount: false }, 'queued']]) {
    const list = listOf({ params: '/p', ...options })
    const [task] = list.actions.add(file)
    list.unmount()
    assert.equal(task.state, state)
    assert.equal(list.actions.add(file)[0].state, 'queued', 'StrictMode unmounts what stays')
  }
  assert.equal(warn.callCount(), 0, 'of an option that no task has')
})

test('many changes are told at once', async () => {
  const list = listOf({ params: '/p' })
  list.actions.add(Array(100).fill(file))
  let calls = 0
  list.subscribe(() => { calls += 1 })
  await until(list, allIn('failed'))
  assert.ok(calls <= 5, `${calls} calls`)
})

test('options are checked at once, and the latest are used', () => {
  assert.throws(() => listOf({}), { name: 'TypeError', message: /^`params` is undefined/ })
  let options = { params: { url: '/p' }, validate: () => {}, concurrency: 1 }
  const list = new TaskList(() => options)
  options = { params: { url: '/p' }, validate: () => {}, concurrency: 2, preload: false, abortOnUnmount: false }
  list.actions.add(file)
  options = { ...options, locale: 'fr' }
  assert.throws(() => list.actions.add(file), { name: 'TypeError', message: /`locale` is "fr"/ })
})

test('in Vue the values are refs, the options may be one, and the scope ends the uploads', async () => {
  const options = shallowRef({ params: '/p' })
  const scope = effectScope()
  const { tasks, progress, add } = scope.run(() => useUpload(options))
  const [task] = add(file)
  assert.deepEqual([tasks.value.length, progress.value.pending], [1, 1])
  options.value = { params: 1 }
  assert.throws(() => add(file), { name: 'TypeError', message: /`params` is 1/ })
  scope.stop()
  assert.equal(task.state, 'aborted')
  assert.doesNotThrow(() => useUpload({ params: '/p' }).add(file), 'outside of a scope')
})

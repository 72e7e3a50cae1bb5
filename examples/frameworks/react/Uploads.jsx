import { useUpload } from 'oss-direct-upload/react'

export function Uploads() {
  const { tasks, progress, add, retry } = useUpload({ params: '/api/policy/v4' })
  return (
    <>
      <input type="file" multiple onChange={event => add(event.target.files)} />
      <progress value={progress.ratio} />
      <ul>
        {tasks.map(task => (
          <li key={task.id}>
            {task.name}: {task.state} {Math.floor(task.progress.ratio * 100)} %
            {task.error && <p role="alert">{task.error.message} {task.error.hint}</p>}
            {task.result && <code>{task.result.key}</code>}
            <button onClick={task.remove}>Remove</button>
          </li>
        ))}
      </ul>
      <button onClick={retry}>Retry what failed</button>
    </>
  )
}

// What must compile: the ways in which people use the package.

import {
  UploadError,
  crc64,
  createUploader,
  normalizeParams,
  parsePolicy,
  ready,
  upload,
  type ParamsContext,
  type Policy,
  type UploadAttempt,
  type UploadErrorCode,
  type UploadOptions,
  type UploadProgress,
  type UploadResult,
  type UploadState,
  type UploadTask,
  type Uploader
} from 'oss-direct-upload'

declare const file: File
declare const blob: Blob

export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
export function same<_Proof extends true>(): void {}

export async function oneCall(): Promise<string> {
  const result = await upload(file, { params: '/api/upload-params' })
  same<Equal<typeof result, UploadResult>>()
  same<Equal<typeof result.crc64, string | undefined>>()
  same<Equal<typeof result.verified, boolean>>()
  same<Equal<typeof result.status, 200 | 201 | 204 | 409>>()
  same<Equal<typeof result.callback, unknown>>()
  return result.url
}

export async function everyOption(bar: HTMLProgressElement): Promise<void> {
  await upload(blob, {
    params: { url: '/api/upload-params', method: 'POST', headers: { 'x-csrf': '1' }, credentials: 'include', query: { dir: 'a' }, body: { nested: { size: 1 } } },
    key: (info, dir) => dir + info.name + info.size.toFixed() + info.type,
    contentType: 'application/pdf',
    fields: { 'x-oss-forbid-overwrite': 'true' },
    metadata: { author: 'me' },
    callbackVars: { user: '1' },
    signal: AbortSignal.timeout(60_000),
    onProgress: progress => {
      same<Equal<typeof progress, UploadProgress>>()
      bar.value = progress.ratio
      const left: number | null = progress.eta
      void left
    },
    onStateChange: state => same<Equal<typeof state, UploadState>>(),
    onAttempt: attempt => {
      same<Equal<typeof attempt, UploadAttempt>>()
      same<Equal<typeof attempt.error, UploadError | undefined>>()
    },
    retry: { attempts: 2, minDelay: 100, maxDelay: 1000 },
    stallTimeout: 0,
    verify: false,
    allowedHosts: ['*.aliyuncs.com'],
    validate: { maxSize: 10, accept: ['image/*'] },
    anonymous: true,
    locale: 'zh-CN'
  })
}

export function sourcesOfParameters(): UploadOptions[] {
  return [
    { params: new URL('https://example.com/params') },
    { params: { url: '/p', body: 'text' } },
    { params: () => ({ host: 'https://b.example.com' }) },
    { params: async ({ file, attempt, reason, signal }: ParamsContext): Promise<unknown> => {
      same<Equal<typeof reason, 'first' | 'expired' | 'refused'>>()
      const answer = await fetch(`/p?name=${file.name}&attempt=${attempt}`, { signal })
      return answer.json()
    }, retry: false, validate: async info => { if (info.size === 0) throw new Error('empty') } }
  ]
}

export async function errors(): Promise<UploadErrorCode | 'aborted'> {
  try {
    await upload(file, { params: '/p' })
    throw new Error('unreachable')
  } catch (error) {
    if (!(error instanceof UploadError)) return 'aborted'
    const { status, requestId, hint, retryable } = error
    same<Equal<typeof status, number | undefined>>()
    same<Equal<typeof requestId, string | undefined>>()
    same<Equal<typeof hint, string | undefined>>()
    same<Equal<typeof retryable, boolean>>()
    same<Equal<typeof error.name, 'UploadError'>>()
    const ossCode: string | undefined = error.oss?.code
    console.log(error.toJSON().message, ossCode)
    return error.code
  }
}

/** A switch over every code needs no default. */
export function inWords(code: UploadErrorCode): string {
  switch (code) {
    case 'INVALID_PARAMS':
    case 'PARAMS_REFUSED':
    case 'FORBIDDEN_HOST':
      return 'backend'
    case 'POLICY_EXPIRED':
    case 'POLICY_VIOLATION':
      return 'policy'
    case 'OSS_REFUSED':
    case 'CALLBACK_FAILED':
    case 'INVALID_RESPONSE':
      return 'oss'
    case 'NETWORK':
    case 'STALLED':
      return 'network'
    case 'INTEGRITY':
    case 'FILE_UNREADABLE':
      return 'file'
  }
}

export async function queue(): Promise<Uploader> {
  const uploader = createUploader({ params: '/p', concurrency: 6, preload: false, retry: { attempts: 2 } })
  const task: UploadTask = uploader.add(file, { priority: 1, locale: 'en', onProgress: progress => progress.speed })

  task.addEventListener('progress', event => same<Equal<typeof event.detail, UploadProgress>>())
  task.addEventListener('statechange', event => same<Equal<typeof event.detail, UploadState>>())
  task.addEventListener('attempt', event => same<Equal<typeof event.detail, UploadAttempt>>())
  task.addEventListener('done', event => same<Equal<typeof event.detail, UploadResult>>(), { once: true })
  task.addEventListener('error', event => same<Equal<typeof event.detail, UploadError | Error>>())
  task.addEventListener('abort', event => same<Equal<typeof event.detail, unknown>>())
  const target: EventTarget = task
  target.addEventListener('done', (event: Event) => event.type)

  uploader.addEventListener('done', ({ detail: { task, result } }) => {
    same<Equal<typeof task, UploadTask>>()
    same<Equal<typeof result, UploadResult>>()
  })
  uploader.addEventListener('error', ({ detail }) => same<Equal<typeof detail.error, UploadError | Error>>())
  uploader.addEventListener('progress', ({ detail }) => detail.pending.toFixed())

  for await (const progress of task) same<Equal<typeof progress, UploadProgress>>()

  task.pause()
  task.resume()
  task.abort()
  task.abort('enough')
  uploader.pause()
  uploader.resume()
  uploader.abort(new Error('enough'))
  same<Equal<typeof uploader.tasks, readonly UploadTask[]>>()
  await uploader.idle()
  await task.result
  return uploader
}

export async function pieces(): Promise<void> {
  await ready()
  const policy: Policy = await parsePolicy('e30=')
  for (const condition of policy.conditions) {
    switch (condition.operator) {
      case 'eq':
      case 'starts-with':
        same<Equal<typeof condition.value, string>>()
        break
      case 'in':
      case 'not-in':
        same<Equal<typeof condition.values, string[]>>()
        break
      case 'content-length-range':
        same<Equal<typeof condition.max, number>>()
    }
  }
  const params = await normalizeParams({ anything: 1 }, { allowedHosts: ['a.example.com'], anonymous: true })
  same<Equal<typeof params.signatureVersion, 'V1' | 'V2' | 'V4' | 'none'>>()
  same<Equal<typeof params.expiration, string | undefined>>()
  const checksum: string = await crc64(blob, { signal: new AbortController().signal })
  void checksum
}

/** An error of one's own making, as tests of an application need it. */
export const made: UploadError = new UploadError('refused', {
  code: 'OSS_REFUSED',
  phase: 'post',
  retryable: false,
  status: 403,
  oss: { code: 'AccessDenied', message: 'Policy expired.', ec: '0006-00000213' }
})

// Every word of the element, in two languages.

const files = count => (count === 1 ? '1 file' : `${count} files`)

const TEXTS = {
  en: {
    comma: ', ',
    bytes: count => (count === 1 ? '1 byte' : `${count} bytes`),
    label: 'File upload',
    list: 'Files',
    chooseFile: 'Choose a file',
    chooseFiles: 'Choose files',
    chooseFolder: 'Choose a folder',
    drop: 'or drop or paste it here',
    dropMany: 'or drop or paste them here',
    more: count => `and ${count} more`,
    reading: 'Reading the folders …',
    nothingFound: 'There is no file in it.',
    leftOut: (count, max) => `At most ${files(max)}: ${count} left out.`,
    unreadable: (path, count) => (count === 1 ? `${path} cannot be read, and is left out.` : `${path} and ${count - 1} more cannot be read, and are left out.`),
    states: {
      queued: 'Queued',
      preparing: 'Preparing',
      uploading: 'Uploading',
      verifying: 'Verifying',
      waiting: 'Waiting to try again',
      paused: 'Paused',
      done: 'Uploaded',
      failed: 'Failed',
      aborted: 'Cancelled'
    },
    actions: { pause: 'Pause', resume: 'Resume', retry: 'Retry', cancel: 'Cancel', remove: 'Remove', details: 'Details' },
    actionOn: (action, name) => `${action}: ${name}`,
    all: { pause: 'Pause all', resume: 'Resume all', retry: 'Retry failed', cancel: 'Cancel all', clear: 'Clear finished' },
    sentOf: (sent, size) => `${sent} of ${size}`,
    timeLeft: time => `${time} left`,
    inTime: time => `in ${time}`,
    offline: 'until the browser is online',
    attempt: number => `attempt ${number}`,
    stoppedAt: percent => `was at ${percent}, starts again at 0%`,
    verified: 'checksum verified',
    notVerified: 'checksum not verified',
    uploadedOf: (done, all) => `${done} of ${files(all)} uploaded`,
    counted: {
      added: count => `${files(count)} added`,
      done: count => `${files(count)} uploaded`,
      failed: count => `${count} failed`,
      aborted: count => `${count} cancelled`
    },
    ended: {
      done: name => `${name}: uploaded`,
      failed: (name, message) => `${name}: failed. ${message}`,
      aborted: name => `${name}: cancelled`
    },
    cancelled: 'Cancelled by the user',
    valueMissing: 'Please upload a file.',
    pending: 'Please wait until the upload has ended.',
    hasFailed: 'An upload failed: retry it or remove it.'
  },

  'zh-CN': {
    comma: '，',
    bytes: count => `${count} 字节`,
    label: '上传文件',
    list: '文件列表',
    chooseFile: '选择文件',
    chooseFiles: '选择文件',
    chooseFolder: '选择文件夹',
    drop: '或拖放、粘贴到此处',
    dropMany: '或拖放、粘贴到此处',
    more: count => `还有 ${count} 个`,
    reading: '正在读取文件夹…',
    nothingFound: '其中没有文件。',
    leftOut: (count, max) => `最多 ${max} 个文件，已忽略 ${count} 个。`,
    unreadable: (path, count) => (count === 1 ? `无法读取 ${path}，已忽略。` : `无法读取 ${path} 等 ${count} 项，已忽略。`),
    states: {
      queued: '排队中',
      preparing: '准备中',
      uploading: '上传中',
      verifying: '校验中',
      waiting: '等待重试',
      paused: '已暂停',
      done: '已上传',
      failed: '失败',
      aborted: '已取消'
    },
    actions: { pause: '暂停', resume: '继续', retry: '重试', cancel: '取消', remove: '移除', details: '详情' },
    actionOn: (action, name) => `${action}：${name}`,
    all: { pause: '全部暂停', resume: '全部继续', retry: '重试失败项', cancel: '全部取消', clear: '清除已结束' },
    sentOf: (sent, size) => `${sent} / ${size}`,
    timeLeft: time => `剩余 ${time}`,
    inTime: time => `${time}后`,
    offline: '等待网络恢复',
    attempt: number => `第 ${number} 次尝试`,
    stoppedAt: percent => `已传 ${percent}，继续后从 0% 重新开始`,
    verified: '校验通过',
    notVerified: '未校验',
    uploadedOf: (done, all) => `已上传 ${done} / ${all} 个文件`,
    counted: {
      added: count => `已添加 ${count} 个文件`,
      done: count => `已上传 ${count} 个文件`,
      failed: count => `${count} 个失败`,
      aborted: count => `已取消 ${count} 个`
    },
    ended: {
      done: name => `${name}：已上传`,
      failed: (name, message) => `${name}：失败。${message}`,
      aborted: name => `${name}：已取消`
    },
    cancelled: '用户已取消',
    valueMissing: '请上传文件。',
    pending: '请等待上传结束。',
    hasFailed: '有文件上传失败，请重试或移除。'
  }
}

/** The language of the element: as it was told, else that of the page around it. */
export function localeOf(element) {
  const { lang } = element.closest('[lang]') ?? document.documentElement
  return /^zh\b/i.test(element.locale ?? lang) ? 'zh-CN' : 'en'
}

export const texts = locale => TEXTS[locale]

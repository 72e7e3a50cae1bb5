// Every word on the page, in two languages.

const TEXTS = {
  en: {
    language: 'Language',
    title: 'Upload straight to the bucket',
    lead: 'The backend only hands out upload parameters. The bytes go from this browser to Alibaba Cloud OSS and never touch the backend.',
    chooseFiles: 'Choose files',
    drop: 'Drop files anywhere, paste them, or',
    choose: 'Choose files',
    route: 'Upload parameters from',
    routes: {
      temp: 'Temporary file (CreateTempFileUploadUrl)',
      ens: 'Edge Node Service (PrepareUpload)',
      v1: 'Signed policy, V1',
      v4: 'Signed policy, V4',
      custom: 'From this page’s address'
    },
    ensUnproven: 'Unproven on the real cloud: the documents of Edge Node Service’s storage (EOS) name neither PostObject nor CORS.',
    files: 'Files',
    pauseAll: 'Pause all',
    resumeAll: 'Resume all',
    cancelAll: 'Cancel all',
    clear: 'Clear finished',
    step1: 'Ask',
    step1Text: 'When a file’s turn comes, the page asks the backend for a signed policy.',
    step2: 'Upload',
    step2Text: 'The file is checked against the policy, then posted to the bucket as one form.',
    step3: 'Verify',
    step3Text: 'The CRC-64 computed here is compared with the one that OSS computed.',
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
    actions: { pause: 'Pause', resume: 'Resume', retry: 'Retry', cancel: 'Cancel', remove: 'Remove' },
    actionOn: (action, name) => `${action}: ${name}`,
    loadedOf: (loaded, total) => `${loaded} of ${total}`,
    left: time => `${time} left`,
    inTime: time => `in ${time}`,
    offline: 'until the browser is online',
    attempt: number => `attempt ${number}`,
    filesDone: (done, all) => `${done} of ${all} ${all === 1 ? 'file' : 'files'} uploaded`,
    filesFailed: count => `${count} failed`,
    facts: {
      key: 'Object key',
      bucket: 'Bucket',
      size: 'Size',
      crc64: 'CRC-64',
      requestId: 'Request ID',
      url: 'Address',
      took: 'Took',
      callback: 'Callback',
      code: 'Error code',
      phase: 'Step',
      ossCode: 'OSS code',
      ossMessage: 'OSS message',
      ec: 'OSS EC',
      status: 'HTTP status',
      recommendDoc: 'Documentation'
    },
    phases: { params: 'asking for parameters', check: 'checking the file', post: 'uploading', verify: 'comparing checksums' },
    details: 'Details',
    verified: 'CRC-64 verified',
    notVerified: 'CRC-64 not verified',
    attempts: count => (count === 1 ? '1 attempt' : `${count} attempts`),
    announceAdded: count => (count === 1 ? '1 file added' : `${count} files added`),
    announceDone: name => `${name}: uploaded`,
    announceFailed: (name, message) => `${name}: failed. ${message}`,
    announceAborted: name => `${name}: cancelled`,
    cancelledByUser: 'Cancelled by the user',
    unloadable: 'The uploader could not be loaded. Is the package built?'
  },

  'zh-CN': {
    language: '语言',
    title: '文件直传到存储空间',
    lead: '后端只发放上传参数，文件内容由浏览器直接传到阿里云 OSS，不经过后端。',
    chooseFiles: '选择文件',
    drop: '把文件拖到页面任意位置、粘贴，或者',
    choose: '选择文件',
    route: '上传参数来源',
    routes: {
      temp: '临时文件（CreateTempFileUploadUrl）',
      ens: '边缘节点服务（PrepareUpload）',
      v1: '服务端签名 V1',
      v4: '服务端签名 V4',
      custom: '来自本页地址'
    },
    ensUnproven: '在真实云上尚未证实：边缘节点服务的存储（EOS）文档未提及 PostObject，也未提及 CORS。',
    files: '文件',
    pauseAll: '全部暂停',
    resumeAll: '全部继续',
    cancelAll: '全部取消',
    clear: '清除已结束',
    step1: '获取参数',
    step1Text: '轮到某个文件时，页面向后端请求已签名的 Policy。',
    step2: '上传',
    step2Text: '先按 Policy 检查文件，再以一次表单请求上传到存储空间。',
    step3: '校验',
    step3Text: '把本地计算的 CRC-64 与 OSS 返回的值比对。',
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
    actions: { pause: '暂停', resume: '继续', retry: '重试', cancel: '取消', remove: '移除' },
    actionOn: (action, name) => `${action}：${name}`,
    loadedOf: (loaded, total) => `${loaded} / ${total}`,
    left: time => `剩余 ${time}`,
    inTime: time => `${time}后`,
    offline: '等待网络恢复',
    attempt: number => `第 ${number} 次尝试`,
    filesDone: (done, all) => `已上传 ${done} / ${all} 个文件`,
    filesFailed: count => `${count} 个失败`,
    facts: {
      key: '对象键',
      bucket: '存储空间',
      size: '大小',
      crc64: 'CRC-64',
      requestId: '请求 ID',
      url: '地址',
      took: '用时',
      callback: '回调',
      code: '错误码',
      phase: '步骤',
      ossCode: 'OSS 错误码',
      ossMessage: 'OSS 消息',
      ec: 'OSS EC',
      status: 'HTTP 状态',
      recommendDoc: '文档'
    },
    phases: { params: '获取参数', check: '检查文件', post: '上传', verify: '比对校验值' },
    details: '详情',
    verified: 'CRC-64 已校验',
    notVerified: 'CRC-64 未校验',
    attempts: count => `${count} 次尝试`,
    announceAdded: count => `已添加 ${count} 个文件`,
    announceDone: name => `${name}：已上传`,
    announceFailed: (name, message) => `${name}：失败。${message}`,
    announceAborted: name => `${name}：已取消`,
    cancelledByUser: '用户已取消',
    unloadable: '无法加载上传模块。软件包构建了吗？'
  }
}

export function texts(language) {
  return TEXTS[language]
}

/** Put the words into the parts of the page that do not change otherwise. */
export function translatePage(language) {
  const words = texts(language)
  document.documentElement.lang = language
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = words[element.dataset.text]
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', words[element.dataset.label])
  }
}

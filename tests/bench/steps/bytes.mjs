// What a page downloads for one upload: every file that it asked for, in brotli 11.
import { makeResult } from '../results.mjs'

const pages = {
  ours: '/contenders/ours.js',
  'ours, as published': '/pkg/index.js',
  'XHR + FormData': '/contenders/xhr.js',
  'fetch + FormData': '/contenders/fetch.js',
  Uppy: '/contenders/uppy.js',
  Dropzone: '/contenders/dropzone.js',
  'ali-oss': '/contenders/ali_oss.js'
}

export async function bytes(world) {
  const result = makeResult('bytes', 'brotli', 'Downloaded for one upload, brotli', { unit: 'kB', digits: 1, ours: ['ours'] })
  await world.withPage(async page => {
    for (const [name, path] of Object.entries(pages)) {
      await page.open()
      world.site.takeAsked()
      await page.call('first', world.freshPath() + path)
      const files = new Set(world.site.takeAsked())
      result.rows[name] = [[...files].reduce((sum, file) => sum + world.site.size(file), 0) / 1000]
    }
  })
  return [result]
}

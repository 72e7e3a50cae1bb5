// Code in README.md and docs/ is that of examples/: `<!-- examples/PATH -->` stands before a whole file, `<!-- from examples/PATH -->`
// before a part of one.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inProject } from '../../scripts/project.mjs'

const read = path => readFileSync(inProject(...path.split('/')), 'utf8')

const documents = {
  'README.md': ['node/signer.mjs'],
  'docs/backends.md': [
    'go/main.go', 'java/Server.java', 'java/UploadParamsController.java', 'node/server.mjs', 'node/signer.mjs', 'php/server.php', 'python/server.py'
  ],
  'docs/frameworks.md': [
    'antd/main.jsx', 'arco-vue/Uploads.vue', 'arco/main.jsx', 'element-plus/Uploads.vue', 'filepond/main.js', 'naive-ui/Uploads.vue', 'plain/module.html',
    'plain/script.html', 'react/Uploads.jsx', 'semi/main.jsx', 'uppy/main.js', 'vue/Uploads.vue'
  ].map(path => `frameworks/${path}`)
}

for (const [document, paths] of Object.entries(documents)) {
  const snippets = [...read(document).matchAll(/^<!-- (from )?(examples\/\S+) -->\n```\w+\n(.*?)^```$/gms)]

  test(`${document}: it shows ${paths.join(', ')}`, () => {
    assert.deepEqual([...new Set(snippets.map(([, , path]) => path.replace('examples/', '')))].sort(), paths)
  })

  for (const [, part, path, code] of snippets) {
    test(`${document}: the code of ${path} from "${code.split('\n')[0].trim()}" on is the example's`, () => {
      const example = read(path)
      if (part) assert.ok(`\n${example}`.includes(`\n${code}`), `no such lines in ${path}:\n${code}`)
      else assert.equal(code, example)
    })
  }
}

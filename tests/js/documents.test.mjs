// Code in README.md and docs/ is that of examples/: `<!-- examples/PATH -->` stands before a whole file, `<!-- from examples/PATH -->`
// before a part of one.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { test } from 'node:test'
import { inProject } from '../../scripts/project.mjs'

const read = path => readFileSync(inProject(...path.split('/')), 'utf8')

const quickStart = ['index.html', 'server.mjs', 'vite.config.mjs'].map(path => `quick-start/${path}`)
const documents = {
  'README.md': quickStart,
  'docs/getting-started.md': quickStart,
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

test('README.zh-CN.md has the sections, the code, the shapes and the error codes of README.md', () => {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map(read)
  const parts = document => ({
    sections: document.match(/^## /gm).length,
    code: [...document.matchAll(/^```\w+\n.*?^```$/gms)].map(([block]) => block),
    // The first cell of each row, where it is code and nothing else.
    rows: [...document.replaceAll('、', ', ').matchAll(/^\| (`[^`]*`(?:, `[^`]*`)*) \|/gm)].map(([, cell]) => cell).filter(cell => !cell.includes('npm run')).sort()
  })
  assert.deepEqual(parts(chinese), parts(english))
})

test('docs/errors.md has a section for each code, in the order of the types', () => {
  const [, union] = /export type UploadErrorCode =(.*?)\n\n/s.exec(read('src/js/index.d.ts'))
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code)
  assert.ok(codes.length > 10)
  const sections = [...read('docs/errors.md').matchAll(/^## ([A-Z_]+)\n\n(.*?)(?=\n## |$(?![^]))/gms)]
  assert.deepEqual(sections.map(([, code]) => code), codes)
  for (const [, code, text] of sections) assert.ok(text.length > 80, code)
})

test('both READMEs link every guide', () => {
  const guides = readdirSync(inProject('docs')).filter(name => name.endsWith('.md'))
  for (const document of ['README.md', 'README.zh-CN.md']) {
    const links = [...read(document).matchAll(/\]\(docs\/([^)#]+)/g)].map(([, name]) => name)
    assert.deepEqual(guides.filter(name => !links.includes(name)), [], document)
  }
})

test('links of the guides lead to files and headings that are there', () => {
  const anchor = heading => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
  for (const document of ['README.md', 'README.zh-CN.md', ...Object.keys(documents).slice(1), 'docs/errors.md', 'docs/cors-and-csp.md', 'docs/large-files.md']) {
    const folder = document.split('/').slice(0, -1).join('/')
    for (const [, link] of read(document).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(link)) continue
      const [path, hash] = link.split('#')
      const target = path ? posix.join(folder, path) : document
      assert.ok(existsSync(inProject(...target.split('/'))), `${document}: ${link}`)
      if (hash) assert.ok([...read(target).matchAll(/^#+ (.*)$/gm)].some(([, heading]) => anchor(heading) === hash), `${document}: ${link}`)
    }
  }
})

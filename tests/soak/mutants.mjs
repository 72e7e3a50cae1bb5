// Does the soak notice a fault in the library? Each mutant is a copy of the project with one, built, and soaked until it is
// noticed. They are faults that retry mends, or that no user would see at once: those that a green run may hide.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toTable } from '../e2e/table.mjs'
import { ask, Failure, inProject, inTarget, runQuietly, step } from '../../scripts/project.mjs'

// [what it does, [[file, what stands there, what stands there instead], …]]
export const mutants = [
  ['posts one file in five twice', [['src/browser/post.rs', 'let answer = match sent {', `if js_sys::Math::random() < 0.2 {
        let _ = fetched::post(url, &content_type, &body).await;
    }
    let answer = match sent {`]]],
  ['loses the last byte of three bodies in a hundred', [
    ['src/browser/post/body.rs', '&head, file, &tail', '&head, &JsValue::from(file.slice_with_f64_and_f64(0.0, (file.size() - f64::from(u8::from(js_sys::Math::random() < 0.03))).max(0.0))?), &tail'],
    ['src/browser/post/body.rs', 'let parts = [&head, bytes, &tail];', `let lost = u32::from(js_sys::Math::random() < 0.03);
            let parts = [&head, &bytes.subarray(0, bytes.length().saturating_sub(lost)), &tail];`]
  ]],
  ['never tells two answers in a hundred', [['src/browser/post.rs', 'Some(answer) => Posted::Answered(answer),', `Some(_) if js_sys::Math::random() < 0.02 => futures_util::future::pending().await,
        Some(answer) => Posted::Answered(answer),`]]],
  ['computes three checksums in a hundred wrongly', [['src/browser/file.rs', 'checksum.add_piece(bytes);\n    checksum.crc64.finish()', 'checksum.add_piece(bytes);\n    checksum.crc64.finish() ^ u64::from(js_sys::Math::random() < 0.03)']]],
  ['lets one upload more run at once', [['src/upload/queue.rs', 'self.running >= self.concurrency', 'self.running > self.concurrency']]],
  ['asks for parameters that others share', [['src/upload/shared_params.rs', 'Known::OneFile => return Want::Ask', '_ if now_ms % 5 == 0 => return Want::Ask,\n            Known::OneFile => return Want::Ask']]],
  ['tries once more than it may', [['src/upload/rules.rs', 'self.failed_posts.max(self.failed_asks) >= retry.attempts', 'self.failed_posts.max(self.failed_asks) > retry.attempts']]],
  ['tells one end in twenty twice', [['src/js/task.js', 'this.#emit(endings[state], detail)', 'this.#emit(endings[state], detail)\n    if (Math.random() < 0.05) this.#emit(endings[state], detail)']]],
  ["does not tell the uploader's listeners of three ends in a hundred", [['src/js/uploader.js', 'if (type in details) this', "if (type in details && !(type === 'done' && Math.random() < 0.03)) this"]]],
  ['carries on with an upload that is aborted', [['src/js/task.js', 'upload?.abort()', '']]],
  ['leaves a request to OSS alone whose upload is aborted', [
    ['src/browser/post/watched.rs', 'let _ = self.xhr.abort();', ''],
    ['src/browser/post/fetched.rs', 'let response = page::fetch(&request).await.ok()?;', 'std::mem::forget(aborter);\n    let response = page::fetch(&request).await.ok()?;']
  ]],
  ['leaves a request to the backend alone whose upload is aborted', [['src/browser/backend.rs', 'let signal = aborter.signal();', 'let signal = aborter.signal();\n    std::mem::forget(aborter);']]],
  ['forgets one resumed upload in five', [['src/js/task.js', 'if (this.#upload) this.#upload.resume()', 'if (this.#upload && Math.random() < 0.2) return\n    if (this.#upload) this.#upload.resume()']]]
]

// Enough for the rarest fault, and a few minutes.
const UPLOADS = 1500

const copy = inTarget('soak', 'copy')
const env = { CARGO_TARGET_DIR: inTarget('soak', 'target') }

/**
 * Prints a table; fails when a mutant is not noticed, or the library itself does not pass.
 *
 * @param filter only the mutants whose description holds it
 */
export async function soakMutants(filter = '') {
  const table = []
  for (const [what, edits] of [['nothing', []], ...mutants.filter(([what]) => what.includes(filter))]) {
    copyProject()
    for (const edit of edits) change(...edit)
    await step(`build a library that ${what === 'nothing' ? 'is as it is' : what}`, () => runQuietly([process.execPath, join(copy, 'scripts/build.mjs')], { cwd: copy, env }))
    const problem = await step('soak it', soak)
    const isRight = Boolean(problem) === edits.length > 0
    table.push([isRight ? 'ok' : 'WRONG', what, problem ?? 'no problem was found'])
    console.log(`   ${problem ?? 'no problem was found'}`)
  }
  console.log(`\n${toTable(table)}`)
  const wrong = table.filter(([word]) => word !== 'ok')
  if (wrong.length > 0) throw new Failure(`${wrong.length} of ${table.length} are wrong.`)
}

/** What git knows of, as it is now. Over the last copy, so that only what a mutant changed is compiled again. */
function copyProject() {
  const files = ask('git', 'ls-files', '-z').split('\0').filter(Boolean)
  for (const file of files) {
    const to = join(copy, file)
    if (existsSync(to) && readFileSync(to).equals(readFileSync(inProject(file)))) continue
    mkdirSync(dirname(to), { recursive: true })
    cpSync(inProject(file), to)
  }
  for (const folder of ['node_modules', '.tools']) {
    rmSync(join(copy, folder), { force: true })
    symlinkSync(inProject(folder), join(copy, folder))
  }
}

function change(file, from, to) {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  if (text.split(from).length !== 2) throw new Failure(`${file} does not hold, just once: ${from}`)
  writeFileSync(path, text.replace(from, () => to))
}

/** In a process of its own, as a run that fails ends there. Gives the first problem that it tells. */
async function soak() {
  const args = ['scripts/soak.mjs', '--uploads', UPLOADS, '--pkg', join(copy, 'pkg'), '--browser', process.env.BROWSER]
  const child = spawn(process.execPath, args, { cwd: inProject(), stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => { printed += text })
  const [code] = await once(child, 'close')
  if (code === 0) return undefined
  const [, problem] = /problems in wave \d+:\n\n(.*)/.exec(printed) ?? []
  writeFileSync(inTarget('soak', 'last-problem.txt'), printed)
  return problem ?? printed.trim().split('\n').find(line => /^\w*(Error|Failure)|still held|memory grew|not within/.test(line)) ?? `it ended with ${code}: ${printed.slice(-500)}`
}

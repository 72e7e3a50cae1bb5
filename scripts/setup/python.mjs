// Alibaba's SDKs for Python and schemathesis, in a virtual environment of their own: strangers' code that checks ours.
import { readFileSync } from 'node:fs'
import { ask, inProject, inTools, runQuietly, step } from '../project.mjs'
import { debianPackages } from '../versions.mjs'

const requirements = inProject('tests', 'cross', 'requirements.txt')
const environment = inTools('python')
export const python = inTools('python', 'bin', 'python')

// pip's own spelling of names, so that lists can be compared.
const lines = text => text.toLowerCase().split('\n').map(line => line.trim()).filter(Boolean).sort().join('\n')

export const pythonSdks = {
  name: "Alibaba's SDKs for Python and schemathesis",
  debian: debianPackages.python,
  otherwise: `\`python3 -m venv ${environment}\` and pip with ${requirements} must succeed`,
  hasPackages: () => ask('python3', '-c', 'import venv, ensurepip') !== undefined,
  isMet: () => lines(ask(python, '-m', 'pip', 'freeze') ?? '') === lines(readFileSync(requirements, 'utf8')),
  build: () => step('pip install of the SDKs for Python and schemathesis', async () => {
    await runQuietly(['python3', '-m', 'venv', '--clear', environment])
    await runQuietly([python, '-m', 'pip', 'install', '--disable-pip-version-check', '--requirement', requirements])
  }, { last: 'about 60 s' })
}

/**
 * ESLint over all packages, and beside it Prettier over the whole tree, then the rules that need types. All packages in one process:
 * one for each would load the rules anew, and that is much of its time.
 */
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { setFlagsFromString } = require('node:v8')
const flags = require('@hcengineering/network-rig/node-flags')
const { ESLint } = require('eslint')
const { dependencies } = require('./package.json')

for (const flag of flags) setFlagsFromString(flag)

const root = join(__dirname, '../..')

/** Folders of all packages; rush.json may carry comments, so it is not parsed */
function packageFolders() {
  const found = [...readFileSync(join(root, 'rush.json'), 'utf8').matchAll(/"projectFolder":\s*"([^"]+)"/g)]
  return found.map(([, folder]) => folder).filter((folder) => !folder.startsWith('common/'))
}

/** What of a package its own `npm run lint` gives to ESLint. */
function linted(folder) {
  const { name, scripts } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  if (dependencies[name] === undefined)
    throw new Error(`common/lint/package.json must depend on ${name}, so that it is built before`)
  const [, path] = /^eslint --max-warnings 0 (\S+) /.exec(scripts.lint) ?? []
  if (path === undefined) throw new Error(`${folder}: the script 'lint' must begin with eslint --max-warnings 0 PATH`)
  return path
}

async function main() {
  const formatted = run(require.resolve('prettier/bin/prettier.cjs'), ['--check', '--log-level', 'warn', '.'])
  let problems = 0
  const paths = []
  for (const folder of packageFolders()) {
    const eslint = new ESLint({ cwd: join(root, folder) })
    const path = linted(folder)
    paths.push(join(folder, path))
    const results = await eslint.lintFiles([path])
    for (const { errorCount, warningCount } of results) problems += errorCount + warningCount
    const { format } = await eslint.loadFormatter('stylish')
    process.stdout.write(await format(results))
  }
  const typesHold = run(require.resolve('@hcengineering/network-rig/bin/lint-types'), paths)
  process.exitCode = problems === 0 && (await typesHold) && (await formatted) ? 0 : 1
}

async function run(program, args) {
  const child = spawn(process.execPath, [...flags, program, ...args], { cwd: root, stdio: ['ignore', 1, 1] })
  const [code] = await once(child, 'exit')
  return code === 0
}

void main()

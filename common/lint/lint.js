/**
 * ESLint over all packages, then Prettier over the whole tree. All packages in one process: one for each would load compiler and
 * rules anew, and that is most of its time.
 */
const { spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { ESLint } = require('eslint')
const { forgetPrograms } = require('@hcengineering/network-rig/eslint')
const { dependencies } = require('./package.json')

const root = join(__dirname, '../..')

// Without it the parser takes this for an editor, and keeps watch over every file
process.env.TSESTREE_SINGLE_RUN = 'true'

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
  let problems = 0
  for (const folder of packageFolders()) {
    const eslint = new ESLint({ cwd: join(root, folder) })
    const results = await eslint.lintFiles([linted(folder)])
    forgetPrograms()
    for (const { errorCount, warningCount } of results) problems += errorCount + warningCount
    const { format } = await eslint.loadFormatter('stylish')
    process.stdout.write(await format(results))
  }
  const prettier = [require.resolve('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']
  const { status } = spawnSync(process.execPath, prettier, { cwd: root, stdio: ['ignore', 1, 1] })
  process.exitCode = problems === 0 && status === 0 ? 0 : 1
}

void main()

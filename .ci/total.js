/**
 * Adds up the results that the test phases of all Rush projects, the Docker check and the check of the packages have left.
 * Prints a table and, as its last line, `N passed, N failed`; exits with 1 if anything failed.
 *
 * Projects that Rush skipped, because nothing changed since they passed, count with the file of that run.
 */
const { existsSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { parseArgs } = require('node:util')

const { values } = parseArgs({
  options: {
    'tests-exit': { type: 'string', default: '0' },
    'docker-exit': { type: 'string', default: '0' },
    'pack-exit': { type: 'string', default: '0' },
    'guards-failed': { type: 'string', default: '0' }
  }
})
const root = join(__dirname, '..')
const dockerCheck = existsSync(join(root, '.ci', 'docker-check'))

function readResult(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, note: 'left no result' }
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'))
    const passed = Number(result.numPassedTests)
    // A suite that cannot be loaded has no failed tests, only a runtime error
    const failed = Number(result.numFailedTests) + Number(result.numRuntimeErrorTestSuites ?? 0)
    if (!Number.isFinite(passed + failed)) return { passed: 0, failed: 1, note: 'left a result without numbers' }
    if (failed === 0 && result.success === false) return { passed, failed: 1, note: 'failed besides its tests' }
    return { passed, failed }
  } catch {
    return { passed: 0, failed: 1, note: 'left an unreadable result' }
  }
}

/** Folders of the Rush projects that have tests; rush.json may carry comments, so it is not parsed */
const folders = [...readFileSync(join(root, 'rush.json'), 'utf8').matchAll(/"projectFolder":\s*"([^"]+)"/g)]
  .map((match) => match[1])
  .filter((folder) => {
    const { scripts } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    return scripts?.['_phase:test'] !== undefined
  })

const rows = folders.map((folder) => ({
  title: folder,
  ...readResult(join(root, folder, 'temp', 'test-results.json'))
}))
// A build or lint error fails no test, but it is a failure
if (values['tests-exit'] !== '0' && rows.every((row) => row.failed === 0)) {
  rows.push({ title: 'npm test', passed: 0, failed: 1, note: `exit code ${values['tests-exit']}` })
}
/** What a script beside this one left */
function scriptResult(title, file, exit) {
  const row = { title, ...readResult(join(root, 'common', 'temp', file)) }
  return exit === '0' || row.failed > 0 ? row : { ...row, failed: 1, note: `exit code ${exit}` }
}
if (dockerCheck) rows.push(scriptResult('docker', 'docker-check.json', values['docker-exit']))
rows.push(scriptResult('packages', 'pack-check.json', values['pack-exit']))
const guardsFailed = Number(values['guards-failed'])
if (guardsFailed > 0) rows.push({ title: 'other checks', passed: 0, failed: guardsFailed })

for (const { title, passed, failed, note } of rows) {
  console.log(`${title}: ${passed} passed, ${failed} failed${note === undefined ? '' : ` (${note})`}`)
}
const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') === 0 ? 0 : 1

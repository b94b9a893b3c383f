// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The test phase of this project: runs the examples, the demo and the code of the documentation, and compares the
// documentation's tables with the code. `run-examples.ts 03 docs/ERRORS` runs only what has one of these in its title,
// and then writes no result file.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChecks } from './check.ts'
import { docsCodeChecks } from './docs-code.ts'
import { docsFigureChecks } from './docs-figures.ts'
import { docsLinkChecks } from './docs-links.ts'
import { docsTableChecks } from './docs-tables.ts'
import { examplesFolder } from './program.ts'
import { programChecks } from './programs.ts'

const parts = process.argv.slice(2)
const resultFile = join(examplesFolder, 'temp', 'test-results.json')
if (parts.length === 0) rmSync(resultFile, { force: true })

const checks = [
  ...programChecks(),
  ...docsCodeChecks(),
  ...docsTableChecks(),
  ...docsFigureChecks(),
  ...docsLinkChecks()
]
const chosen = checks.filter(({ title }) => parts.length === 0 || parts.some((part) => title.includes(part)))
const { passed, failed } = await runChecks(chosen)
console.log(`Examples and documentation: ${passed} passed, ${failed} failed`)

if (parts.length === 0) {
  mkdirSync(join(examplesFolder, 'temp'), { recursive: true })
  writeFileSync(resultFile, JSON.stringify({ numPassedTests: passed, numFailedTests: failed }))
}
process.exitCode = failed === 0 && chosen.length > 0 ? 0 : 1

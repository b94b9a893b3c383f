// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { examplesFolder, runCompiled, runWithTsx } from './program.ts'

/** Columns of the terminal that the programs write for. */
const columns = 80

function checkOutput(output: string): void {
  if (output.trim() === '') throw new Error('it ended without a word')
  const wide = output.split('\n').filter((line) => line.length > columns)
  if (wide.length > 0) throw new Error(`wider than ${columns} columns:\n${wide.join('\n')}`)
}

/**
 * Every example, as it was built, and the demo behind `npm start`, as it stands, each a process of its own that must end with exit
 * code 0.
 */
export function programChecks(): Check[] {
  const files = readdirSync(examplesFolder).filter((name) => name.endsWith('.ts'))
  const listed = readFileSync(join(examplesFolder, 'README.md'), 'utf8')
  const examples = files.sort().map((file) => ({
    title: file,
    run: async (): Promise<void> => checkOutput(await runCompiled(join('lib', file.replace(/ts$/, 'js'))))
  }))
  const missing = files.filter((file) => !listed.includes(`](${file})`))
  return [
    ...examples,
    { title: 'demo/start.ts', run: async () => checkOutput(await runWithTsx('demo/start.ts')) },
    {
      title: 'README.md lists every example',
      run: () => {
        if (missing.length > 0) throw new Error(`not listed: ${missing.join(', ')}`)
      }
    }
  ]
}

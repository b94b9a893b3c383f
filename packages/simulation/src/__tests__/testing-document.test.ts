// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CaughtBy } from '../mutants/mutant'
import { mutants } from '../mutants/mutants'

const document = join(__dirname, '../../../../docs/TESTING.md')

describe('docs/TESTING.md', () => {
  it('lists the mutants with what catches them', () => {
    const [, list = ''] = /<!-- mutants -->\n([^]*)<!-- \/mutants -->/.exec(readFileSync(document, 'utf8')) ?? []
    const rows = mutants.map(({ name, breaks, caughtBy }) => `| ${name} | ${breaks} | ${nameOf(caughtBy)} |`)
    const head = ['| mutant | what it does wrong | caught by seed, or by plan |', '|---|---|---|']
    expect(list.trim().split('\n')).toEqual([...head, ...rows])
  })
})

function nameOf(caughtBy: CaughtBy): string {
  return typeof caughtBy === 'number' ? `${caughtBy}` : `\`${caughtBy.plan}\``
}

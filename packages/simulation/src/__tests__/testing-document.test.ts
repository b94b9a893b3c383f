// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutants } from '../mutants/mutants'

const document = join(__dirname, '../../../../docs/TESTING.md')

describe('docs/TESTING.md', () => {
  it('lists the mutants with their seeds', () => {
    const [, list = ''] = /<!-- mutants -->\n([^]*)<!-- \/mutants -->/.exec(readFileSync(document, 'utf8')) ?? []
    const rows = mutants.map(({ name, breaks, seed }) => `| ${name} | ${breaks} | ${seed ?? 'none yet'} |`)
    expect(list.trim().split('\n')).toEqual(['| mutant | what it does wrong | seed |', '|---|---|---|', ...rows])
  })
})

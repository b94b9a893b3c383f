// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { variables, type Variable } from '../variables'

interface Row {
  readonly default: string
  readonly accepted: string
  readonly meaning: string
}

/** The rows of the table of variables, by name. */
function documented(): ReadonlyMap<string, Row> {
  const text = readFileSync(join(__dirname, '../../../../docs/CONFIGURATION.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([A-Z][A-Z_]+)` \| (.*?) ?\| (.+?) \| (.+?) \|$/gm)]
  return new Map(rows.map(([, name, initial, accepted, meaning]) => [name, { default: initial, accepted, meaning }]))
}

function expected(variable: Variable): Pick<Row, 'default' | 'accepted'> {
  switch (variable.type) {
    case 'number':
      return { default: `\`${variable.default}\``, accepted: `${variable.min} to ${variable.max}` }
    case 'choice':
      return { default: `\`${variable.default}\``, accepted: variable.choices.map((word) => `\`${word}\``).join(', ') }
    case 'by-kind':
      return { default: '', accepted: 'by kind' }
    case 'rules':
      return { default: '', accepted: 'JSON by kind' }
    case 'host':
      return { default: `\`${variable.default}\``, accepted: '`*`, an address or a host name' }
    case 'file':
      return { default: `\`${variable.default}\``, accepted: `a path, or \`${variable.none}\`` }
  }
}

describe('docs/CONFIGURATION.md', () => {
  const rows = documented()

  it('has a row for every variable and no other', () => {
    expect([...rows.keys()].sort()).toEqual(Object.keys(variables).sort())
  })

  it.each(Object.entries(variables))('says the default and the bounds of %s', (name, variable) => {
    expect(rows.get(name)).toMatchObject(expected(variable))
  })
})

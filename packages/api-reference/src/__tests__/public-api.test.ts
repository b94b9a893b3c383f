// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Catalogue } from '../catalogue'
import { doors, root } from '../doors'
import { extractAll } from '../extract'
import { command, filesOf, folders } from '../files'
import { undocumented } from '../undocumented'

const apis = extractAll()
const catalogue = new Catalogue(apis)
const files = filesOf(apis, catalogue)

/** The lines that one text has and the other has not. */
function difference(before: string, after: string): string[] {
  const [old, now] = [before, after].map((text) => text.split('\n'))
  const gone = old.filter((line) => !now.includes(line)).map((line) => `- ${line}`)
  return [...gone, ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`)]
}

test.each([...files.keys()])('%s says what the code says', (file) => {
  const path = join(root, file)
  const committed = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (committed === files.get(file)) return
  const lines = difference(committed, files.get(file) ?? '')
  throw new Error(
    `The public API differs from ${file}. If it is meant to, run \`${command}\`, read what it changes, and commit that:\n${lines.join('\n')}`
  )
})

test('reports and pages of doors that are no more are deleted', () => {
  const present = folders.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  expect(present.sort()).toEqual([...files.keys()].sort())
})

test('the page of core has what programs use apart from what only the other packages need', () => {
  const page = files.get('docs/api/core.md') ?? ''
  const places = ['NetworkClient', 'AgentOptions', 'createProxy', '\n## Internal functions', 'readHold', 'CallHop'].map(
    (text) => page.indexOf(text.startsWith('\n') ? text : `\n### ${text}\n`)
  )
  expect(places).not.toContain(-1)
  const [internal] = places.slice(3)
  expect(places.slice(0, 3).every((place) => place < internal)).toBe(true)
  expect(places.slice(4).every((place) => place > internal)).toBe(true)
})

test.each(doors.map(({ name }, index) => [name, index] as const))('%s documents every name', (_name, index) => {
  expect(undocumented(apis[index], catalogue)).toEqual([])
})

test.each(doors.map(({ name }, index) => [name, index] as const))(
  '%s has docstrings that can be read',
  (_name, index) => {
    expect(apis[index].complaints).toEqual([])
  }
)

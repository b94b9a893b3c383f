// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Writes the reports and the reference of the public API anew.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Catalogue } from './catalogue'
import { root } from './doors'
import { extractAll } from './extract'
import { filesOf, folders } from './files'

const apis = extractAll()
const files = filesOf(apis, new Catalogue(apis))
for (const folder of folders) {
  rmSync(join(root, folder), { recursive: true, force: true })
  mkdirSync(join(root, folder), { recursive: true })
}
for (const [file, text] of files) writeFileSync(join(root, file), text)
console.log(`${files.size} files in ${folders.join(' and ')}`)

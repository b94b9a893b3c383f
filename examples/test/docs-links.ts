// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Check } from './check.ts'
import { documents } from './docs-code.ts'
import { rootFolder } from './program.ts'

/** As GitHub makes them: lower case, punctuation gone, spaces to hyphens. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

/** A heading that there was before has a number behind it. */
function anchorsOf(file: string): string[] {
  const counts = new Map<string, number>()
  return [...readFileSync(file, 'utf8').matchAll(/^#+\s+(.*)$/gm)].map((match) => {
    const anchor = anchorOf(match[1])
    const before = counts.get(anchor) ?? 0
    counts.set(anchor, before + 1)
    return before === 0 ? anchor : `${anchor}-${before}`
  })
}

function broken(document: string): string[] {
  const text = readFileSync(document, 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1])
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false
    const [path, anchor] = target.split('#')
    const file = path === '' ? document : join(dirname(document), path)
    if (!existsSync(file)) return true
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor)
  })
}

/** Every link from a document to a file or heading of this repository leads somewhere. */
export function docsLinkChecks(): Check[] {
  return documents().map((document) => ({
    title: `${relative(rootFolder, document)} has no broken links`,
    run: () => {
      const links = broken(document)
      if (links.length > 0) throw new Error(links.join('\n'))
    }
  }))
}

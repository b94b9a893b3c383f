// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Holds the tables of docs/ERRORS.md, docs/LIMITS.md and docs/PLACEMENT.md and the code together, both ways: what the code has is
// explained, and what is explained is what the code has.
import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  defaultTimeoutsMs,
  errorCodes,
  limits,
  placementPolicies,
  retryableCodes,
  timeouts
} from '@hcengineering/network-core'
import type { Check } from './check.ts'
import { rootFolder } from './program.ts'

/** Rows of all tables of a document whose first cell is one `name` in code marks. */
function rows(document: string): string[][] {
  return readFileSync(join(rootFolder, document), 'utf8')
    .split('\n')
    .filter((line) => /^\| `[^`]+` \|/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
    )
}

const nameOf = (row: readonly string[]): string => row[0].slice(1, -1)

/** A number as the documents write it: `4 MiB`, `1 024`, `10 s`, `50 ms`. */
function valueOf(text: string): number {
  const match = /^(\d{1,3}(?: ?\d{3})*)(?: (KiB|MiB|bytes|s|ms))?$/.exec(text)
  if (match === null) throw new Error(`'${text}' is no number with a unit`)
  const factors: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 * 1024, s: 1000 }
  return Number(match[1].replace(/ /g, '')) * (factors[match[2]] ?? 1)
}

const sorted = (values: Iterable<string>): string[] => [...values].sort()

function explained(document: string, owner: string, values: Readonly<Record<string, number>>): void {
  const prefix = `${owner}.`
  const found = rows(document).filter((row) => nameOf(row).startsWith(prefix))
  const inDocument = Object.fromEntries(found.map((row) => [nameOf(row).slice(prefix.length), valueOf(row[1])]))
  deepEqual(inDocument, values)
}

/** Seconds as milliseconds, which is how the documents' numbers are read. */
const inMs = (seconds: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(seconds).map(([name, value]) => [name, value * 1000]))

/** The checks of these documents. */
export function docsTableChecks(): Check[] {
  const errors = 'docs/ERRORS.md'
  const limitsDocument = 'docs/LIMITS.md'
  const placement = 'docs/PLACEMENT.md'
  return [
    { title: `${errors} explains every code once`, run: () => deepEqual(rows(errors).map(nameOf), [...errorCodes]) },
    {
      title: `${errors} says which codes are retryable`,
      run: () => {
        const yes = rows(errors).filter((row) => row.at(-1) === 'yes')
        deepEqual(sorted(yes.map(nameOf)), sorted(retryableCodes))
      }
    },
    {
      title: `${errors} fills every cell`,
      run: () =>
        deepEqual(
          rows(errors)
            .filter((row) => row.length !== 5 || row.includes(''))
            .map(nameOf),
          []
        )
    },
    {
      title: `${placement} explains every policy`,
      run: () => {
        const found = rows(placement).flatMap((row) => /^policy: '(.*)'$/.exec(nameOf(row))?.[1] ?? [])
        deepEqual(sorted(found), sorted(placementPolicies))
      }
    },
    { title: `${limitsDocument} has every limit`, run: () => explained(limitsDocument, 'limits', limits) },
    {
      title: `${limitsDocument} has every timeout`,
      run: () => {
        explained(limitsDocument, 'timeouts', inMs(timeouts))
        explained(limitsDocument, 'defaultTimeoutsMs', defaultTimeoutsMs)
      }
    }
  ]
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomUUID } from 'node:crypto'
import { lstatSync, renameSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Between bind and listen a living socket refuses, too: microseconds, or what a busy machine makes of them. */
const SETTLE_MS = 100

/** Identity of the socket file at `path`; `undefined` for anything else, and for nothing. */
function socketAt(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  // Numbers of files are given again at once
  return found?.isSocket() === true ? `${found.dev}:${found.ino}:${found.ctimeNs}` : undefined
}

/**
 * Removes the file of a socket whose process is gone, and nothing else: no other kind of file, and none that was put
 * there meanwhile, be it by another process that does the same.
 *
 * @param refuses says whether a connection to a path is refused
 * @returns whether it was removed
 */
export async function removeStaleSocket(path: string, refuses: (path: string) => Promise<boolean>): Promise<boolean> {
  try {
    const before = socketAt(path)
    if (before === undefined || !(await refuses(path))) return false
    await setTimeout(SETTLE_MS)
    if (socketAt(path) !== before) return false
    const aside = join(dirname(path), randomUUID().slice(0, 8))
    renameSync(path, aside)
    // It may listen by now, or have come since the look at it
    if (!(await refuses(aside))) {
      renameSync(aside, path)
      return false
    }
    unlinkSync(aside)
    return true
  } catch {
    // The bind that follows says why not
    return false
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { lstat, unlink } from 'node:fs/promises'

/** Identity of the socket file at `path`; `undefined` for anything else, and for nothing. */
async function socketAt(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path)
    return found.isSocket() ? `${found.dev}:${found.ino}` : undefined
  } catch {
    return undefined
  }
}

/**
 * Removes the file of a socket whose process is gone, and nothing else: no other kind of file, and none that was put
 * there meanwhile.
 *
 * @param refuses says whether a connection to the path is refused
 * @returns whether it was removed
 */
export async function removeStaleSocket(path: string, refuses: () => Promise<boolean>): Promise<boolean> {
  const before = await socketAt(path)
  if (before === undefined || !(await refuses()) || (await socketAt(path)) !== before) return false
  try {
    await unlink(path)
    return true
  } catch {
    // The bind that follows says why not
    return false
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Delta debugging: leaves out ever smaller pieces as long as the rest fails. */
export async function minimize<T>(all: readonly T[], fails: (some: T[]) => Promise<boolean>): Promise<T[]> {
  let items = [...all]
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < items.length;) {
      const some = [...items.slice(0, at), ...items.slice(at + size)]
      if (await fails(some)) items = some
      else at += size
    }
  }
  return items
}

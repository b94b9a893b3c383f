// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Counts the rows that an operation looks at, so that a test can show what an operation costs. */
export class Meter {
  visits = 0

  /** The first of `rows`. */
  first<T>(rows: ReadonlySet<T> | undefined): T | undefined {
    if (rows === undefined || rows.size === 0) return undefined
    this.visits++
    for (const row of rows) return row
    return undefined
  }

  /** One look-up. */
  one<T>(row: T | undefined): T | undefined {
    if (row !== undefined) this.visits++
    return row
  }

  /** `rows`, counting each one taken. */
  *each<T>(rows: Iterable<T> | undefined): Generator<T, void> {
    if (rows === undefined) return
    for (const row of rows) {
      this.visits++
      yield row
    }
  }
}

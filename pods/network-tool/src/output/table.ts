// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { printable } from './text'

/** One column: its title, and the cell of a row. */
export interface Column<T> {
  readonly title: string
  cell(row: T): string
  readonly right?: boolean
  /** Colours the cell, which has its width by then. */
  mark?(text: string, row: T): string
}

/** Lines of a table, its titles first. Widths are those of the widest cell; a cell is one line. */
export function tableLines<T>(columns: readonly Column<T>[], rows: readonly T[]): string[] {
  const texts = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => printable(cell(row))))
  ]
  const widths = columns.map((_, index) => texts.reduce((most, line) => Math.max(most, line[index].length), 0))
  return texts.map((line, number) =>
    line
      .map((text, index) => {
        const { right, mark } = columns[index]
        const padded = right === true ? text.padStart(widths[index]) : text.padEnd(widths[index])
        return number === 0 || mark === undefined ? padded : mark(padded, rows[number - 1])
      })
      .join('  ')
      .trimEnd()
  )
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** A table of texts: a heading and lines of as many cells. */
export interface Table {
  readonly head: readonly string[]
  readonly lines: readonly (readonly string[])[]
  /** Columns that are aligned to the right, by number. */
  readonly right?: readonly number[]
}

const width = (text: string): number => [...text].length

/** For a terminal: columns as wide as their widest cell. */
export function renderText({ head, lines, right = [] }: Table): string {
  const widths = head.map((title, i) => Math.max(width(title), ...lines.map((line) => width(line[i]))))
  const render = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const padding = ' '.repeat(widths[i] - width(cell))
        return right.includes(i) ? padding + cell : cell + padding
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((columns) => '─'.repeat(columns)).join('  ')
  return [render(head), rule, ...lines.map(render)].join('\n')
}

const escapeCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** For Markdown. */
export function renderMarkdown({ head, lines, right = [] }: Table): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`
  const rule = `|${head.map((_title, i) => (right.includes(i) ? '---:' : '---')).join('|')}|`
  return [row(head), rule, ...lines.map(row)].join('\n')
}

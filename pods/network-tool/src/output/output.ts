// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { jsonLine } from './json'
import type { Style } from './style'
import { tableLines, type Column } from './table'

/** Where lines go: resolves when more may follow. */
export type WriteLine = (line: string) => Promise<void>

/** What a command says. */
export class Output {
  constructor(
    /** For programs. */
    readonly json: boolean,
    readonly style: Style,
    private readonly write: WriteLine,
    private readonly writeError: WriteLine
  ) {}

  /** For people. */
  async line(text: string = ''): Promise<void> {
    await this.write(text)
  }

  async value(value: unknown): Promise<void> {
    await this.write(jsonLine(value))
  }

  /** Beside what was asked for: not part of the result. */
  async note(text: string): Promise<void> {
    await this.writeError(text)
  }

  /** Rows as a table for people, as one array for programs. */
  async rows<T>(rows: readonly T[], columns: readonly Column<T>[], nothing: string): Promise<void> {
    if (this.json) return await this.value(rows)
    if (rows.length === 0) return await this.note(nothing)
    const [titles, ...lines] = tableLines(columns, rows)
    await this.line(this.style.bold(titles))
    for (const line of lines) await this.line(line)
  }
}

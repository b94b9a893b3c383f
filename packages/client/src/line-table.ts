// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { schedule, type TickManager } from '@hcengineering/network-core'
import { DirectLine, type DirectRoute } from './direct-line'
import type { ResolvedClientOptions } from './options'
import { routeKey } from './routes'

/** How long a line nobody uses is kept: who asks the same agent again soon finds it connected. */
const lingerMs = 1000

interface Entry {
  readonly line: DirectLine
  users: number
  cancelLinger: (() => void) | undefined
}

/** Direct lines, shared by all connections that run the same way, and counted. */
export class LineTable {
  private readonly entries = new Map<string, Entry>()
  private readonly closing = new Set<Promise<void>>()

  constructor(
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {}

  get size(): number {
    return this.entries.size
  }

  acquire(route: DirectRoute): DirectLine {
    const key = routeKey(route)
    let entry = this.entries.get(key)
    if (entry === undefined) {
      const line = new DirectLine(route, this.tickManager, this.options)
      this.entries.set(key, (entry = { line, users: 0, cancelLinger: undefined }))
    }
    entry.users++
    entry.cancelLinger?.()
    entry.cancelLinger = undefined
    return entry.line
  }

  /** One user less; one that does not work is not kept for the next. */
  release(line: DirectLine): void {
    const entry = this.entries.get(line.key)
    if (entry?.line !== line || --entry.users > 0) return
    if (line.isUp) {
      entry.cancelLinger = schedule(this.tickManager, lingerMs, () => this.drop(entry))
    } else {
      this.drop(entry)
    }
  }

  /** Closes all. */
  async close(): Promise<void> {
    for (const entry of [...this.entries.values()]) this.drop(entry)
    await Promise.allSettled([...this.closing])
  }

  private drop(entry: Entry): void {
    entry.cancelLinger?.()
    this.entries.delete(entry.line.key)
    const closing: Promise<void> = entry.line
      .close()
      .catch(() => {})
      .finally(() => this.closing.delete(closing))
    this.closing.add(closing)
  }
}

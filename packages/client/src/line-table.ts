// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { outsideCalls, schedule, type TickManager } from '@hcengineering/network-core'
import { DirectLine } from './direct-line'
import type { LocalCalls } from './local-calls'
import { LocalLine } from './local-line'
import type { ResolvedClientOptions } from './options'
import { routeKey, type Route } from './routes'

/** How long a line nobody uses is kept: who asks the same agent again soon finds it connected. */
const lingerMs = 1000

/** A line that ends with its last user. */
export type OwnedLine = DirectLine | LocalLine

interface Entry {
  readonly line: OwnedLine
  users: number
  cancelLinger: (() => void) | undefined
}

/** Direct lines, shared by all connections that run the same way, and counted. */
export class LineTable {
  private readonly entries = new Map<string, Entry>()
  private readonly closing = new Set<Promise<void>>()

  constructor(
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions,
    private readonly localCalls: LocalCalls
  ) {}

  /** Nothing for an agent of this process that is served no more. */
  acquire(route: Exclude<Route, { via: 'relay' }>): OwnedLine | undefined {
    const key = routeKey(route)
    let entry = this.entries.get(key)
    if (entry === undefined) {
      const line = this.make(key, route)
      if (line === undefined) return undefined
      this.entries.set(key, (entry = { line, users: 0, cancelLinger: undefined }))
    }
    entry.users++
    entry.cancelLinger?.()
    entry.cancelLinger = undefined
    return entry.line
  }

  /** One user less; one that does not work is not kept for the next. */
  release(line: OwnedLine): void {
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

  private make(key: string, route: Exclude<Route, { via: 'relay' }>): OwnedLine | undefined {
    const { tickManager, options } = this
    // Others will use it than who needs it first
    if (route.via !== 'local') return outsideCalls(() => new DirectLine(route, tickManager, options))
    const local = options.localAgents?.find(route.agentId)
    return local === undefined ? undefined : new LocalLine(key, local, options.clientId, this.localCalls, tickManager)
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

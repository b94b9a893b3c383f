// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CancelSignal, TickManager } from '@hcengineering/network-core'
import type { Execution } from '../session/conversation'

/** What a handler is told of a request beyond its parameters. Made for every request: it does nothing until asked. */
export class CallContext implements CancelSignal {
  private readonly listeners: (() => void)[] = []

  constructor(
    private readonly execution: Execution<unknown>,
    private readonly tickManager: TickManager
  ) {}

  /** The caller has cancelled it or is gone. */
  get aborted(): boolean {
    return this.execution.request.cancelled
  }

  /** Bytes of its parameters on the wire. */
  get bytes(): number {
    return this.execution.request.bytes
  }

  /** What is left of its deadline in whole milliseconds, at least 1; 0 when the caller waits without end. */
  get timeoutMs(): number {
    const { deadline } = this.execution
    return deadline === Infinity ? 0 : Math.max(1, Math.ceil(deadline - this.tickManager.now()))
  }

  /** Aborts when the caller has cancelled the request or is gone. Deadlines are for whoever executes it to watch. */
  get signal(): CancelSignal {
    return this
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.execution.request.state !== 'running') return
    this.listeners.push(listener)
    this.execution.request.onCancelled ??= () => this.abort()
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const index = this.listeners.indexOf(listener)
    if (index >= 0) this.listeners.splice(index, 1)
  }

  private abort(): void {
    for (const listener of this.listeners.splice(0)) listener()
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, schedule, type Caller, type TickManager } from '@hcengineering/network-core'

/** Whether a client's session stands, why it does not, and who waits for it. */
export class ConnectionState {
  /** Why there is no connection, or why the last one ended. */
  lastError: NetworkError | undefined
  private up = false
  private closed = false
  private readonly waiters = new Set<Caller>()

  /** @param server its address, for texts */
  constructor(
    readonly server: string,
    private readonly tickManager: TickManager
  ) {}

  get stands(): boolean {
    return this.up
  }

  /** Resolves when it stands; rejects after `timeoutMs`, of which 0 is never, with the last cause. */
  wait(timeoutMs: number): Promise<void> {
    if (this.up) return Promise.resolve()
    if (this.closed) return Promise.reject(this.closedError())
    return this.waited(timeoutMs)
  }

  /** It stands. */
  opened(): void {
    this.up = true
    this.lastError = undefined
    for (const waiter of this.waiters) waiter.resolve(undefined)
  }

  /** It does not, or still does not. Answers whether it did before. */
  lost(cause: NetworkError): boolean {
    this.lastError = cause
    const stood = this.up
    this.up = false
    return stood
  }

  /** There will be none. */
  close(): void {
    this.up = false
    this.closed = true
    for (const waiter of this.waiters) waiter.reject(this.closedError())
  }

  private async waited(timeoutMs: number): Promise<void> {
    let cancel = (): void => {}
    let waiter: Caller | undefined
    try {
      await new Promise<unknown>((resolve, reject) => {
        waiter = { resolve, reject }
        this.waiters.add(waiter)
        if (timeoutMs > 0) cancel = schedule(this.tickManager, timeoutMs, () => reject(this.lateError(timeoutMs)))
      })
    } finally {
      cancel()
      if (waiter !== undefined) this.waiters.delete(waiter)
    }
  }

  private lateError(timeoutMs: number): NetworkError {
    const reason = this.lastError?.message ?? `nobody answered at ${this.server}`
    const text = `No connection to ${this.server} within ${timeoutMs} ms: ${reason}`
    return new NetworkError('UNAVAILABLE', text, { cause: this.lastError, stage: 'waiting for the connection' })
  }

  private closedError(): NetworkError {
    return new NetworkError('CLOSED', `The client of ${this.server} is closed`)
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Liveness } from '@hcengineering/network-core'
import type { SessionOrigin } from './server-session'

/** What a server knows of the life of its clients: each may be silent for its alive timeout. */
export class ClientLives {
  private readonly liveness = new Liveness<string>()

  constructor(private readonly pingIntervalMs: number) {}

  /** A session stands: it has all its time. */
  watch({ client, aliveTimeoutMs }: SessionOrigin, now: number): void {
    this.liveness.watch(client, aliveTimeoutMs, now)
  }

  /** Something came of it. */
  signal(client: string, now: number): void {
    this.liveness.signal(client, now)
  }

  forget(client: string): void {
    this.liveness.forget(client)
  }

  /** What is left of its alive timeout. */
  leftMs({ client, aliveTimeoutMs }: SessionOrigin, now: number): number {
    const silentMs = this.liveness.silentMs(client, now) ?? aliveTimeoutMs
    return Math.max(0, aliveTimeoutMs - silentMs)
  }

  /** It was we who did not listen: it gets another two ping intervals. */
  forgive({ client, aliveTimeoutMs }: SessionOrigin, now: number): void {
    this.liveness.signal(client, this.twoPingsBefore(aliveTimeoutMs, now))
  }

  /** The same for one whose time was over. */
  watchAgain({ client, aliveTimeoutMs }: SessionOrigin, now: number): void {
    this.liveness.watch(client, aliveTimeoutMs, this.twoPingsBefore(aliveTimeoutMs, now))
  }

  /** Those that have been silent for too long: they are watched no more. */
  tardy(now: number): string[] {
    return this.liveness.tardy(now)
  }

  /** When to ask for the `tardy` next. */
  nextDeadline(): number {
    return this.liveness.nextDeadline() ?? Infinity
  }

  private twoPingsBefore(aliveTimeoutMs: number, now: number): number {
    return now - aliveTimeoutMs + Math.min(aliveTimeoutMs, 2 * this.pingIntervalMs)
  }
}

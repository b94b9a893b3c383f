// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Liveness } from '@hcengineering/network-core'
import type { ClientTimes } from './client-session-options'

const SERVER = 'server'

/** What a client knows of the life of its server: when it was heard, and how long it may be silent. */
export class ServerLife {
  /** Silence after which the server counts as lost: shorter while it is doubted. */
  patienceMs = 0
  private heardAt = 0
  /** The server was heard last then, and the connection is lost since. */
  private awaySince = Infinity
  private readonly liveness = new Liveness<typeof SERVER>()

  constructor(private readonly times: ClientTimes) {}

  /** Something came of it. */
  heard(now: number): void {
    this.heardAt = now
  }

  /** The server lives, and is doubted no more. */
  sign(now: number): void {
    if (this.patienceMs === this.times.aliveTimeoutMs) this.liveness.signal(SERVER, now)
    else if (this.liveness.has(SERVER)) this.bear(this.times.aliveTimeoutMs, now)
  }

  /** A session stands: it has all its time. */
  greeted(now: number): void {
    this.awaySince = Infinity
    this.bear(this.times.aliveTimeoutMs, now)
  }

  /** From now on it may be silent for so long, unless it has less time already. Answers whether that is so. */
  doubt(patienceMs: number, now: number): boolean {
    if (patienceMs >= this.patienceMs) return false
    this.bear(patienceMs, now)
    return true
  }

  /** The connection is lost. */
  away(): void {
    if (this.awaySince === Infinity) this.awaySince = this.heardAt
    this.ignore()
  }

  /** Its silence means nothing for now. */
  ignore(): void {
    this.liveness.forget(SERVER)
  }

  /** It has been silent for too long. */
  isTardy(now: number): boolean {
    return this.liveness.tardy(now).length > 0
  }

  /** When its silence is too long. */
  get tardyAt(): number {
    return this.liveness.nextDeadline() ?? Infinity
  }

  /** When it is away for so long that it has ended the session, or cannot be told from one that has. */
  get forgetsAt(): number {
    return this.awaySince + this.times.aliveTimeoutMs
  }

  /**
   * Woken much later than planned, it is we who were away: what the server sent meanwhile has not been read yet, so it
   * gets another ping interval, or all the time again that it has while it is doubted.
   */
  forgiveOwnPause(now: number, plannedWake: number): void {
    const { patienceMs } = this
    const { pingIntervalMs } = this.times
    if (now - plannedWake < Math.min(pingIntervalMs, patienceMs) / 2) return
    this.liveness.signal(SERVER, now - patienceMs + Math.min(patienceMs, 2 * pingIntervalMs))
  }

  private bear(patienceMs: number, now: number): void {
    this.patienceMs = patienceMs
    this.liveness.watch(SERVER, patienceMs, now)
  }
}

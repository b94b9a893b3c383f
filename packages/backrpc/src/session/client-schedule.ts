// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientTimes } from './client-session-options'

/** The interval between hellos that are not answered doubles so often. */
const MAX_DOUBLINGS = 4

/** When a client speaks of its own accord: hellos until one is answered, pings from then on. */
export class ClientSchedule {
  nextHello = Infinity
  nextPing = Infinity
  /** How late the last ping was that was due. */
  lagMs = 0
  /** Counts the hellos: only the answer to the last says how things are. */
  private hellos = 0
  /** The first hello of this connection, until it or a later one is answered. */
  private unheardFrom: number | undefined
  /** The first hello of this connection. */
  private first = 1
  /** Since then no hello was answered. */
  private greetingSince = 0
  /** Hellos without an answer before the last one. */
  private unanswered = 0

  constructor(private readonly times: ClientTimes) {}

  /** Number of the last hello. */
  get lastHello(): number {
    return this.hellos
  }

  /** Number of the first hello of this connection. */
  get firstHello(): number {
    return this.first
  }

  /** When a connection on which no hello is answered is given up. */
  get redialAt(): number {
    return this.greetingSince + this.times.aliveTimeoutMs
  }

  /** No hello of this connection is answered: events that come are of the one before, and come again. */
  get unheard(): boolean {
    return this.unheardFrom !== undefined
  }

  /** A hello is said. Answers with its number. @param again none was answered since the one before */
  helloSaid(now: number, again: boolean): number {
    this.nextPing = Infinity
    // Seldomer and seldomer: only the answer to the last counts, and a busy server takes its time
    this.unanswered = again ? this.unanswered + 1 : 0
    if (!again) this.greetingSince = now
    this.nextHello = now + this.times.pingIntervalMs * 2 ** Math.min(this.unanswered, MAX_DOUBLINGS)
    return ++this.hellos
  }

  /** The next hello is the first of its connection. */
  connected(): void {
    this.unheardFrom = this.first = this.hellos + 1
  }

  /** That hello was answered, or one that says no number. */
  helloHeard(attempt: number = Infinity): void {
    if (attempt >= (this.unheardFrom ?? 0)) this.unheardFrom = undefined
  }

  /** The answer counts: pings from now on. */
  greeted(now: number): void {
    this.nextHello = Infinity
    this.pingSaid(now)
  }

  /** Nothing is gained by another hello soon. */
  putOff(now: number): void {
    this.greetingSince = now
    this.nextHello = now + this.times.aliveTimeoutMs
  }

  /** Whether a ping is due, and notes how late it is. */
  pingIsDue(now: number): boolean {
    if (now < this.nextPing) return false
    this.lagMs = Math.floor(now - this.nextPing)
    return true
  }

  pingSaid(now: number): void {
    this.nextPing = now + this.times.pingIntervalMs
  }

  /** There is nobody to speak to. */
  stop(): void {
    this.nextPing = this.nextHello = Infinity
  }
}

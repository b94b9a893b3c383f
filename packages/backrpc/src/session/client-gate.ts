// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Outbox } from './outbox'

/**
 * Where a client's session is: without a connection; connected, hello said and not answered; `registering` while the
 * owner sets up a new session, and only requests made meanwhile leave; open; closed for ever.
 */
export type ClientState = 'disconnected' | 'greeting' | 'registering' | 'open' | 'closed'

/** What a client lets leave, by where its session is. */
export class ClientGate {
  private phase: ClientState = 'disconnected'
  /** Counts the new sessions, since one may begin before the one before is set up. */
  private generation = 0
  private settingUp = false
  /** Until then, or until it is connected anew, requests wait. */
  private until = Infinity

  constructor(private readonly outbox: Pick<Outbox<unknown>, 'gate' | 'excused'>) {}

  get state(): ClientState {
    return this.phase
  }

  /** A session stands, set up or not. */
  get stands(): boolean {
    return this.phase === 'open' || this.phase === 'registering'
  }

  /** The owner sets up a session, with a connection or without. */
  get registering(): boolean {
    return this.settingUp
  }

  /** When requests that are held back leave all the same. */
  get heldUntil(): number {
    return this.until
  }

  /** A hello is said. Answers whether none was answered since the one before. */
  greet(): boolean {
    const again = this.phase === 'greeting'
    this.leave('greeting')
    this.outbox.gate = 'control'
    return again
  }

  disconnect(): void {
    this.leave('disconnected')
  }

  close(): void {
    this.leave('closed')
  }

  /** A new session stands, and is to be set up. Answers with its number. */
  begin(): number {
    this.settingUp = true
    this.openEarly()
    return ++this.generation
  }

  /** The session of that number is set up: what was held back leaves. */
  registered(generation: number): void {
    if (!this.settingUp || generation !== this.generation) return
    this.settingUp = false
    if (this.phase === 'registering') this.open()
  }

  /** The session goes on. Answers with its number. */
  resume(): number {
    if (this.settingUp) this.openEarly()
    else this.open()
    return this.generation
  }

  /** Requests wait until then, unless excused; nothing happens while no session is open. */
  hold(until: number, excused: () => boolean): void {
    if (this.phase !== 'open') return
    this.outbox.gate = 'held'
    this.outbox.excused = excused
    this.until = until
  }

  advance(now: number): void {
    if (now >= this.until && this.phase === 'open') this.open()
  }

  private openEarly(): void {
    this.phase = 'registering'
    this.outbox.gate = 'early'
  }

  private open(): void {
    this.leave('open')
    this.outbox.gate = 'open'
  }

  /** Nothing is held back there. */
  private leave(to: ClientState): void {
    this.phase = to
    this.until = Infinity
  }
}

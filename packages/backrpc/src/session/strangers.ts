// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { DeadlineQueue, defaultTimeoutsMs } from '@hcengineering/network-core'
import { encode } from '../wire/codec'
import type { Message, Sendable } from '../wire/message'
import { protocol1, protocol2 } from '../wire/version'
import type { ServerEffect } from './server-effects'

/** How long a connection may be used without a session. */
const HELLO_MS = defaultTimeoutsMs.hello

/** Connections that are used without a session at a time. */
const MAX_STRANGERS = 1024

/** Ticks after which somebody unknown shall try again: its hello is through by then. */
const UNKNOWN_RETRY_TICKS = 1

/** Connections that stand, but nobody is known to be at the other end: that is not for long, and not for many. */
export class Strangers<Tag> {
  /** Until when each must say hello. */
  private readonly deadlines = new DeadlineQueue<string>()

  constructor(private readonly sink: ServerEffect<Tag>[]) {}

  /** It has to say hello. */
  add(peer: string, now: number): void {
    if (this.deadlines.has(peer)) return
    this.deadlines.set(peer, now + HELLO_MS)
    if (this.deadlines.size <= MAX_STRANGERS) return
    const oldest = this.deadlines.take(Infinity)
    if (oldest !== undefined) {
      this.sink.push({ kind: 'drop', peer: oldest, reason: `more than ${MAX_STRANGERS} have said no hello` })
    }
  }

  /** It is known now, or gone. */
  delete(peer: string): void {
    this.deadlines.delete(peer)
  }

  /** Somebody without a session must say hello first; its request was not executed, and may come again. */
  reply(peer: string, message: Message): void {
    if (message.kind === 'close' || message.kind === 'garbage') return
    if (message.kind === 'request') this.say(peer, { kind: 'retry', id: message.id, ticks: UNKNOWN_RETRY_TICKS })
    this.say(peer, { kind: 'sayHello' })
  }

  /** It was we who did not listen: all their time begins anew. */
  forgive(now: number): void {
    for (const peer of this.deadlines.due(Infinity)) this.deadlines.set(peer, now + HELLO_MS)
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    return this.deadlines.next() ?? Infinity
  }

  advance(now: number): void {
    for (const peer of this.deadlines.due(now)) {
      this.sink.push({ kind: 'drop', peer, reason: `no hello within ${HELLO_MS} ms` })
    }
  }

  private say(peer: string, message: Sendable): void {
    // Who has a number for an id speaks protocol 2
    const version = message.kind === 'retry' && typeof message.id === 'number' ? protocol2 : protocol1
    const frames = encode(message, version)
    if (frames !== undefined) this.sink.push({ kind: 'reply', peer, frames })
  }
}

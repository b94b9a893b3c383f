// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Conversation } from '../session/conversation'
import type { Execution } from '../session/conversation-effects'
import { Readers } from './readers'

/** So much of what comes together is begun at once, while it is not known whether its answers are large. */
const FIRST_COUNT = 3
/** The most that is begun in a turn of the event loop, and as much again of what peers ask for themselves. */
const MAX_COUNT = 256
/** Answers of one turn beyond this are large: no more is begun in the next than at first. */
const LARGE_BYTES = 1024 * 1024
/** What is known of answers counts for so many milliseconds. */
const KNOWN_MS = 1_000

interface Waiting<Tag> {
  /** In the order in which they came. */
  readonly number: number
  readonly execution: Execution<Tag>
}

/** What waits of one peer, by the callers for whom it asks. */
type Callers<Tag> = Map<string, Waiting<Tag>[]>

/**
 * Begins requests of peers: of what comes together few at first, and twice as many in each turn of the event loop while
 * their answers are small. Large ones are so made in several turns, between which the process says that it lives; and
 * while a peer has much to read, no more is begun for it. A peer may ask for many callers: who has asked for much, or has
 * much to read, does not keep the others waiting, and what the peer asks for itself, which has small answers, waits for none of them. There need be no
 * order between requests, nor between one and something else.
 */
export class Starts<Tag> {
  private readonly waiting = new Map<Conversation<Tag>, Callers<Tag>>()
  /** What peers ask for themselves. */
  private own: Execution<Tag>[] = []
  private ownBegun = 0
  private readonly readers: Readers<Tag>
  private nextNumber = 0
  private allowed = FIRST_COUNT
  private begun = 0
  private bytes = 0
  private waitedAt = -Infinity
  private planned: NodeJS.Immediate | undefined

  /**
   * @param now a clock in milliseconds
   * @param begin must not throw
   * @param callerOf for whom the peer asks; undefined for itself. Default: all for one and the same
   */
  constructor(
    private readonly now: () => number,
    private readonly begin: (execution: Execution<Tag>) => void,
    private readonly callerOf: (execution: Execution<Tag>) => string | undefined = () => ''
  ) {
    this.readers = new Readers(callerOf)
  }

  /** Begins it: now, or in a later turn, behind what waits of that caller. */
  give(execution: Execution<Tag>): void {
    const { conversation } = execution
    const waiting = this.waiting.get(conversation)
    // Behind its opening come the items of a stream: it goes at once
    if (execution.stream !== undefined) return this.begin(execution)
    const caller = this.callerOf(execution)
    if (caller === undefined) this.giveOwn(execution)
    else if (waiting === undefined && this.begun < this.allowed && this.readers.mayBegin(conversation, caller)) {
      this.start(execution)
    } else {
      this.add(conversation, caller, execution)
      if (waiting === undefined || this.readers.mayBegin(conversation, caller)) this.plan()
    }
  }

  /** What is given from here on comes together. */
  comesTogether(): void {
    if (this.own.length === 0) this.ownBegun = 0
    if (this.waiting.size > 0) return
    this.begun = 0
    if (this.allowed > FIRST_COUNT && this.now() - this.waitedAt > KNOWN_MS) this.allowed = FIRST_COUNT
  }

  /** An answer of so many bytes was given. */
  answered(execution: Execution<Tag>, bytes: number): void {
    this.bytes += bytes
    this.readers.answered(execution, bytes)
  }

  /** Peers may have read what they had to. */
  resume(): void {
    if (this.waiting.size === 0 || this.planned !== undefined) return
    for (const [conversation, callers] of this.waiting) {
      for (const caller of callers.keys()) if (this.readers.mayBegin(conversation, caller)) return this.plan()
    }
  }

  /** Begins all that waits. */
  flush(): void {
    this.beginOwn(Infinity)
    for (const [conversation, callers] of [...this.waiting]) {
      this.waiting.delete(conversation)
      const all = [...callers.values()].flat().sort((one, other) => one.number - other.number)
      for (const { execution } of all) this.begin(execution)
    }
  }

  private giveOwn(execution: Execution<Tag>): void {
    this.own.push(execution)
    if (this.ownBegun < MAX_COUNT) this.beginOwn(1)
    else this.plan()
  }

  private beginOwn(count: number): void {
    const begun = this.own.splice(0, count)
    this.ownBegun += begun.length
    for (const execution of begun) this.begin(execution)
  }

  private add(conversation: Conversation<Tag>, caller: string, execution: Execution<Tag>): void {
    const callers = this.waiting.get(conversation) ?? new Map<string, Waiting<Tag>[]>()
    this.waiting.set(conversation, callers)
    const waiting = { number: this.nextNumber++, execution }
    const before = callers.get(caller)
    if (before === undefined) callers.set(caller, [waiting])
    else before.push(waiting)
  }

  private start(execution: Execution<Tag>): void {
    this.begun++
    this.readers.begun(execution)
    this.begin(execution)
  }

  private plan(): void {
    this.waitedAt = this.now()
    this.planned ??= setImmediate(() => this.nextTurn())
  }

  private nextTurn(): void {
    this.planned = undefined
    this.ownBegun = 0
    this.beginOwn(MAX_COUNT)
    this.allowed = this.bytes > LARGE_BYTES ? FIRST_COUNT : Math.min(MAX_COUNT, 2 * this.allowed)
    this.begun = this.bytes = 0
    // In rounds, so that who asks for much does not keep the others waiting
    for (let before = -1; before < this.begun && this.begun < this.allowed;) {
      before = this.begun
      for (const [conversation, callers] of [...this.waiting]) {
        for (const caller of [...callers.keys()]) this.startOneOf(conversation, callers, caller)
      }
    }
    if (this.own.length > 0) this.plan()
    this.resume()
  }

  private startOneOf(conversation: Conversation<Tag>, callers: Callers<Tag>, caller: string): void {
    const waiting = callers.get(caller)
    if (waiting === undefined || this.begun >= this.allowed || !this.readers.mayBegin(conversation, caller)) return
    const next = waiting.shift()
    if (waiting.length === 0) callers.delete(caller)
    if (callers.size === 0) this.waiting.delete(conversation)
    if (next !== undefined) this.start(next.execution)
  }
}

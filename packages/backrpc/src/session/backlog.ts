// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { RequestId, Sendable } from '../wire/message'
import type { SessionLimits } from './session-limits'

interface Item {
  /** An event may be dropped, an answer must arrive. */
  readonly isEvent: boolean
  readonly message: Sendable
  readonly bytes: number
}

/** Answers of what was executed before they piled up, in units of `maxUnsentBytes`: beyond, the session ends. */
const MAX_ANSWERS = 16

const TOO_SLOW = 'the reader was too slow'
const CONNECTION_LOST = 'the connection was lost'

/** Sent items are swept out when there are more of them than of the others, and at least this many. */
const SWEEP_ABOVE = 1024

/**
 * Answers and events of one session on their way to the transport, in order. A peer that does not read costs no more
 * than the limit: then its events are dropped until it has read what waits, and it is told how many.
 */
export class Backlog {
  private items: Item[] = []
  private head = 0
  private eventBytes = 0
  private answerBytes = 0
  private lostBefore = 0
  private lostBehind = 0
  private sentEvents = 0
  private away = false

  /** @param tellGaps the peer understands notices of lost events; it may turn out later that it does not */
  constructor(
    private readonly limits: SessionLimits,
    public tellGaps: boolean
  ) {}

  /** Events are dropped until what waits has been sent. */
  get cutOff(): boolean {
    return this.lostBehind > 0
  }

  get bytes(): number {
    return this.eventBytes + this.answerBytes
  }

  /** Nothing waits, no notice either. */
  get clear(): boolean {
    return this.head === this.items.length && this.lostBefore === 0 && this.lostBehind === 0
  }

  /** No more should be executed for this peer until it has read what waits. */
  get answersPileUp(): boolean {
    return this.answerBytes > 2 * this.limits.maxUnsentBytes
  }

  /** An event of so many bytes would not be dropped. */
  takes(bytes: number): boolean {
    return !this.cutOff && this.eventBytes + bytes <= this.limits.maxUnsentBytes
  }

  /** `false` when it was dropped. */
  pushEvent(message: Sendable, bytes: number): boolean {
    if (!this.takes(bytes)) {
      this.lostBehind++
      return false
    }
    this.push({ isEvent: true, message, bytes })
    return true
  }

  /** The transport has an event that did not wait here. */
  passed(): void {
    this.sentEvents++
  }

  /** `false` when so many answers wait that the session must end. */
  pushAnswer(message: Sendable, bytes: number): boolean {
    if (this.away && message.kind !== 'cancel') return true
    if (this.answerBytes > 0 && this.answerBytes + bytes > MAX_ANSWERS * this.limits.maxUnsentBytes) return false
    this.push({ isEvent: false, message, bytes })
    return true
  }

  /** What goes next. */
  peek(): Sendable | undefined {
    if (this.lostBefore > 0) return { kind: 'gap', lost: this.lostBefore, reason: CONNECTION_LOST }
    const item = this.items[this.head]
    if (item !== undefined) return item.message
    return this.lostBehind > 0 ? { kind: 'gap', lost: this.lostBehind, reason: TOO_SLOW } : undefined
  }

  /** The transport has what `peek` answered. */
  sent(): void {
    if (this.lostBefore > 0) {
      this.lostBefore = 0
      return
    }
    const item = this.items[this.head]
    if (item === undefined) {
      this.lostBehind = 0
      return
    }
    this.head++
    if (item.isEvent) this.sentEvents++
    this.count(item, -1)
    if (this.head === this.items.length) this.sweep()
    else if (this.head >= SWEEP_ABOVE && 2 * this.head >= this.items.length) this.sweep()
  }

  /** The peer has no connection, and will ask again for the answers that it misses: until it resumes none are kept here. */
  leave(): void {
    this.away = true
    this.dropAnswers()
  }

  /**
   * Lets go of events, as lost with the connection, and of answers.
   *
   * @param instead a small answer, of so many bytes, to a request whose answer is let go: not every peer asks again
   */
  giveUp(instead: (id: RequestId) => Sendable, bytes: number): void {
    const dropped = this.items.slice(this.head)
    this.items = []
    this.head = this.eventBytes = this.answerBytes = 0
    for (const item of dropped) {
      const { message, isEvent } = item
      if (isEvent) this.lostBefore++
      else if (message.kind !== 'response') this.push(item)
      else this.push({ isEvent, message: instead(message.id), bytes })
    }
    if (!this.tellGaps) this.lostBefore = 0
  }

  /**
   * The session goes on over a new connection. Answers are dropped: the peer asks again for those that it misses. What it
   * need not answer any more is still said.
   *
   * @param receivedEvents how many events the peer has got, all in all; the others were lost with the old connection.
   * `undefined` when it does not say, or when its session began anew
   */
  resume(receivedEvents: number | undefined): void {
    this.away = false
    this.dropAnswers()
    if (!this.tellGaps) this.lostBefore = this.lostBehind = 0
    else if (receivedEvents !== undefined) this.lostBefore += Math.max(0, this.sentEvents - receivedEvents)
    this.sentEvents = receivedEvents ?? 0
  }

  /** Takes out the events that `keep` does not let pass: the peer can be told of none of them. */
  filterEvents(keep: (message: Sendable) => boolean): void {
    this.keep((item) => !item.isEvent || keep(item.message))
  }

  private dropAnswers(): void {
    this.keep(({ isEvent, message }) => isEvent || message.kind === 'cancel')
  }

  private keep(wanted: (item: Item) => boolean): void {
    this.items = this.items.slice(this.head).filter((item) => {
      const kept = wanted(item)
      if (!kept) this.count(item, -1)
      return kept
    })
    this.head = 0
  }

  private push(item: Item): void {
    this.items.push(item)
    this.count(item, 1)
  }

  private count({ isEvent, bytes }: Item, sign: 1 | -1): void {
    if (isEvent) this.eventBytes += sign * bytes
    else this.answerBytes += sign * bytes
  }

  private sweep(): void {
    this.items = this.items.slice(this.head)
    this.head = 0
    // Nobody is told, so the reader who has caught up is served again at once
    if (!this.tellGaps && this.items.length === 0) this.lostBehind = 0
  }
}

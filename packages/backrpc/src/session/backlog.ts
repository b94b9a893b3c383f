// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { RequestId, Sendable } from '../wire/message'
import { eventsOf, SentEvents, weightOf } from './sent-events'
import type { SessionLimits } from './session-limits'

interface Item {
  /** An event, or a notice of lost ones, which may be dropped; an answer must arrive. */
  readonly isEvent: boolean
  readonly message: Sendable
  readonly bytes: number
}

/** Answers of what was executed before they piled up, in units of `maxUnsentBytes`: beyond, the session ends. */
const MAX_ANSWERS = 32

const TOO_SLOW = 'the reader was too slow'
const CONNECTION_LOST = 'the connection was lost'

/** Places of sent items are swept out when there are more of them than of the others, and at least this many. */
const SWEEP_ABOVE = 1024

/**
 * Answers and events of one session on their way to the transport, in order. A peer that does not read costs no more
 * than the limit: then its events are dropped until it has read what waits, and it is told how many.
 */
export class Backlog {
  /** Those before `head` are sent, and let go of. */
  private items: (Item | undefined)[] = []
  private head = 0
  private eventBytes = 0
  /** Of answers that wait. */
  answerBytes = 0
  private lostBefore = 0
  private lostBehind = 0
  /** Events sent in this session, those told as lost among them. */
  private sentCount = 0
  private readonly lastSent: SentEvents
  private lostAt = Infinity
  private away = false

  /** @param tellGaps the peer understands notices of lost events; it may turn out later that it does not */
  constructor(
    private readonly limits: SessionLimits,
    public tellGaps: boolean
  ) {
    this.lastSent = new SentEvents(limits)
  }

  /** Events are dropped until what waits has been sent. */
  get cutOff(): boolean {
    return this.lostBehind > 0
  }

  /** Beyond this no answer is taken. */
  get maxAnswerBytes(): number {
    return MAX_ANSWERS * this.limits.maxUnsentBytes
  }

  get bytes(): number {
    return this.eventBytes + this.answerBytes
  }

  /** Of events that were sent, and may have to be sent again. */
  get sentBytes(): number {
    return this.lastSent.bytes
  }

  /** When events that were sent are let go of. */
  get keepsUntil(): number {
    return this.lastSent.bytes === 0 ? Infinity : this.lostAt + this.limits.resumeMs
  }

  /** Nothing waits, no notice either. */
  get clear(): boolean {
    // Everything that waits weighs something, and the list would be touched for nothing else: one of a thousand is not in a cache
    return this.eventBytes === 0 && this.answerBytes === 0 && this.lostBefore === 0 && this.lostBehind === 0
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
  passed(event: Sendable): void {
    this.hasLeft(event)
  }

  /** `false` when so many answers wait that the session must end. */
  pushAnswer(message: Sendable, bytes: number): boolean {
    if (this.away && message.kind !== 'cancel') return true
    if (this.answerBytes > 0 && this.answerBytes + bytes > this.maxAnswerBytes) return false
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
    const message = this.peek()
    if (message === undefined) return
    if (this.lostBefore > 0) this.lostBefore = 0
    else if (this.head === this.items.length) this.lostBehind = 0
    else this.takeFirst()
    this.hasLeft(message)
  }

  /** The connection is lost; what was sent over it may not have arrived. */
  disconnected(now: number): void {
    this.lostAt = Math.min(this.lostAt, now)
  }

  advance(now: number): void {
    if (now >= this.keepsUntil) this.giveUpSent()
  }

  /** Lets go of what was sent: what of it the peer has not got is lost. */
  giveUpSent(): void {
    this.lastSent.clear()
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
    this.giveUpSent()
    const dropped = this.waiting()
    this.items = []
    this.head = this.eventBytes = this.answerBytes = 0
    for (const item of dropped) {
      const { message, isEvent } = item
      if (isEvent) this.lostBefore += eventsOf(message)
      else if (message.kind !== 'response') this.push(item)
      else this.push({ isEvent, message: instead(message.id), bytes })
    }
    if (!this.tellGaps) this.lostBefore = 0
  }

  /**
   * The session goes on over a new connection. Answers are dropped: the peer asks again for those that it misses. What it
   * need not answer any more is still said.
   *
   * @param receivedEvents how many events the peer has got or knows to be lost, all in all: the others are sent again, or
   * told as lost. `undefined` when it does not say, or when its session began anew
   */
  resume(receivedEvents: number | undefined): void {
    this.away = false
    this.lostAt = Infinity
    this.dropAnswers()
    if (!this.tellGaps) this.lostBefore = this.lostBehind = 0
    else if (receivedEvents !== undefined) this.sendAgain(Math.max(0, this.sentCount - receivedEvents))
    if (receivedEvents === undefined) this.countAnew()
    else this.lastSent.clear()
  }

  /** What was sent before does not count: the peer's session begins here. */
  countAnew(): void {
    this.sentCount = 0
    this.lastSent.clear()
  }

  /** Takes out the events that `keep` does not let pass: the peer can be told of none of them. */
  filterEvents(keep: (message: Sendable) => boolean): void {
    this.keep((item) => !item.isEvent || keep(item.message))
  }

  /** The last so many events, before what waits. */
  private sendAgain(missing: number): void {
    const again = this.lastSent.last(missing)
    const kept = again.reduce((sum, message) => sum + eventsOf(message), 0)
    this.lostBefore += missing - kept
    this.sentCount -= missing
    const waiting = this.waiting()
    this.items = []
    this.head = 0
    for (const message of again) this.push({ isEvent: true, message, bytes: weightOf(message) })
    for (const item of waiting) this.items.push(item)
  }

  private hasLeft(message: Sendable): void {
    const events = eventsOf(message)
    if (events === 0) return
    this.sentCount += events
    if (this.tellGaps) this.lastSent.push(message)
  }

  private takeFirst(): void {
    this.count(this.items[this.head] as Item, -1)
    this.items[this.head++] = undefined
    if (this.head === this.items.length) this.sweep()
    else if (this.head >= SWEEP_ABOVE && 2 * this.head >= this.items.length) this.sweep()
  }

  private dropAnswers(): void {
    this.keep(({ isEvent, message }) => isEvent || message.kind === 'cancel')
  }

  private keep(wanted: (item: Item) => boolean): void {
    this.items = this.waiting().filter((item) => {
      const kept = wanted(item)
      if (!kept) this.count(item, -1)
      return kept
    })
    this.head = 0
  }

  private waiting(): Item[] {
    return this.items.slice(this.head) as Item[]
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

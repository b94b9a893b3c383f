// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { DeadlineQueue, LazyDeadlines, type CallChain } from '@hcengineering/network-core'
import type { Body } from '../wire/body'
import type { PeerLimits, RequestId, StreamOpening } from '../wire/message'
import { Fifo } from './fifo'
import { RequestLane } from './request-lane'
import { SequenceTable } from './sequence-table'
import type { SessionLimits } from './session-limits'
import type { Stream } from './stream'

/** What is asked. `tag` belongs to the caller: it comes back with the answer. */
export interface NewRequest<Tag> {
  readonly method: string
  /** What it is, for people who read an error; a function is asked with the route. Default its method. */
  readonly what?: string | ((route: readonly string[]) => string)
  readonly route?: readonly string[]
  readonly body: Body
  readonly tag: Tag
  /** Send it again in a new session, though the old one may have executed it; `'never'`: not even if it has not. */
  readonly resend: boolean | 'never'
  /** Goes before the others, and while the others are held back. */
  early: boolean
  /** It is passed on for somebody else: it goes behind those that are not, and leaves them some places in flight. */
  readonly passedOn?: boolean
  /** 0 waits without end. */
  readonly timeoutMs: number
  /** It opens a stream, if it is answered. */
  readonly opening?: StreamOpening
  /** The calls for which it is made. */
  readonly chain?: CallChain
}

/** Where a request is: `waiting` to be sent, `sent`, or `parked` until the time that the peer asked for. */
export type RequestState = 'waiting' | 'sent' | 'parked' | 'settled'

/** One request that is not settled. */
export class PendingRequest<Tag> {
  state: RequestState = 'waiting'
  /** How often it was sent without being known as not executed. */
  attempts = 0
  /** What it opens. */
  stream: Stream | undefined = undefined

  /** @param deadline by the caller's clock; Infinity for none */
  constructor(
    readonly sequence: number,
    readonly deadline: number,
    readonly asked: NewRequest<Tag>
  ) {}

  get waiting(): boolean {
    return this.state === 'waiting'
  }

  get settled(): boolean {
    return this.state === 'settled'
  }

  get bytes(): number {
    return this.asked.body.size
  }

  get what(): string {
    const { what = `'${this.asked.method}'`, route = [] } = this.asked
    return typeof what === 'string' ? what : what(route)
  }
}

/**
 * Outgoing requests of one session, in the order in which they were made. Their ids are sequence numbers; in protocol 1,
 * which has texts for ids, `prefix-0`, `prefix-1`, …
 */
export class RequestTable<Tag> {
  private readonly requests = new SequenceTable<PendingRequest<Tag>>()
  private readonly deadlines = new LazyDeadlines<PendingRequest<Tag>>()
  private readonly parked = new DeadlineQueue<PendingRequest<Tag>>()
  private readonly early = new Fifo<PendingRequest<Tag>>()
  /** Early ones among them. */
  private readonly own = new RequestLane<PendingRequest<Tag>>()
  private readonly passedOn = new RequestLane<PendingRequest<Tag>>()
  private nextSequence: number
  /** No request below this number is pending. */
  private floor: number
  /** What the peer takes at a time. */
  private credit: PeerLimits

  /** @param first number of the first request: the peer knows those below from earlier sessions */
  constructor(
    private readonly prefix: string,
    private readonly limits: SessionLimits,
    first = 0
  ) {
    this.nextSequence = this.floor = first
    this.credit = { requests: limits.maxInFlight, requestBytes: limits.maxInFlightBytes }
  }

  /** What the peer takes at a time, as far as we send it. */
  setCredit({ requests, requestBytes }: PeerLimits): void {
    const { maxInFlight, maxInFlightBytes } = this.limits
    this.credit = {
      requests: Math.min(requests, maxInFlight),
      requestBytes: Math.min(requestBytes, maxInFlightBytes)
    }
  }

  get size(): number {
    return this.requests.size
  }

  /** Every request below this sequence number is settled. */
  get settledBelow(): number {
    while (this.floor < this.nextSequence && this.requests.get(this.floor) === undefined) this.floor++
    return this.floor
  }

  /** Requests that are not in flight. */
  get waitingCount(): number {
    return this.requests.size - this.inFlight
  }

  private get inFlight(): number {
    return this.own.inFlight + this.passedOn.inFlight
  }

  /** `undefined` when too much waits already. */
  add(asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | undefined {
    const lane = this.laneOf(asked)
    const full =
      lane.count - lane.inFlight >= this.limits.maxWaiting ||
      lane.bytes - lane.inFlightBytes + asked.body.size > this.limits.maxWaitingBytes
    if (full) return undefined
    const sequence = this.nextSequence++
    const request = new PendingRequest(sequence, asked.timeoutMs > 0 ? now + asked.timeoutMs : Infinity, asked)
    this.requests.add(request)
    lane.note(request, 1)
    if (asked.timeoutMs > 0) this.deadlines.add(request)
    this.enqueue(request)
    return request
  }

  /** The next to send: while the peer takes more, and among the early ones only when `earlyOnly`. */
  peek(earlyOnly: boolean): PendingRequest<Tag> | undefined {
    const { own, passedOn } = this
    const first = this.early.peek() ?? (earlyOnly ? undefined : own.queue.peek())
    const other = earlyOnly ? undefined : passedOn.queue.peek()
    if (first !== undefined && this.fits(first) && (other === undefined || own.leavesRoom(first, this.credit))) {
      return first
    }
    return other !== undefined && this.fits(other) && passedOn.leavesRoom(other, this.credit) ? other : undefined
  }

  /** The transport has it. */
  sent(request: PendingRequest<Tag>): void {
    this.move(request, 'sent')
    request.attempts++
  }

  /** That request is not settled. */
  has(sequence: number): boolean {
    return this.requests.get(sequence) !== undefined
  }

  /** The answer is here, or it is given up; `undefined` for an id that is not pending. */
  settle(id: RequestId): PendingRequest<Tag> | undefined {
    const request = this.find(id)
    if (request === undefined) return undefined
    this.requests.delete(request)
    this.laneOf(request.asked).note(request, -1)
    if (request.state === 'parked') this.parked.delete(request)
    this.move(request, 'settled')
    if (request.deadline !== Infinity) this.deadlines.noteSettled()
    return request
  }

  /** The peer refused it for now, so it did not execute what reached it just now. */
  retry(id: RequestId, at: number): void {
    const request = this.find(id)
    if (request?.state !== 'sent') return
    // Sent more than once, an earlier one may have been executed in a session that ended since
    if (request.attempts === 1) request.attempts = 0
    this.move(request, 'parked')
    this.parked.set(request, at)
  }

  /** The session goes on over a new connection: what is pending is sent again, under the same ids, in order. */
  resume(): void {
    this.early.clear()
    this.own.queue.clear()
    this.passedOn.queue.clear()
    for (const request of this.requests.inOrder()) {
      this.parked.delete(request)
      this.move(request, 'waiting')
      this.enqueue(request)
    }
  }

  /** A new session, in which nothing is known: what may have been executed leaves, or was of the old one; the others are sent again. */
  restart(): PendingRequest<Tag>[] {
    const stays = ({ attempts, asked: { resend } }: PendingRequest<Tag>): boolean =>
      resend === true || (resend === false && attempts === 0)
    const lost = this.requests.inOrder().filter((request) => !stays(request))
    for (const { sequence } of lost) this.settle(sequence)
    this.resume()
    return lost
  }

  /** Takes out those whose time is over, and lets those go that were parked until now. */
  advance(now: number): PendingRequest<Tag>[] {
    for (const request of this.parked.due(now)) {
      this.move(request, 'waiting')
      this.enqueue(request)
    }
    const late = this.deadlines.due(now)
    for (const { sequence } of late) this.settle(sequence)
    return late
  }

  /** Takes all out. */
  drain(): PendingRequest<Tag>[] {
    const all = this.requests.inOrder()
    for (const { sequence } of all) this.settle(sequence)
    return all
  }

  nextDeadline(): number {
    return Math.min(this.deadlines.next(), this.parked.next() ?? Infinity)
  }

  /** All that are not settled, in order. */
  pending(): PendingRequest<Tag>[] {
    return this.requests.inOrder()
  }

  /** Number of the next that will be made. */
  get next(): number {
    return this.nextSequence
  }

  /** The numbers of those that have been sent. */
  sentSequences(): number[] {
    const sequences: number[] = []
    for (const { sequence, attempts } of this.requests.inOrder()) if (attempts > 0) sequences.push(sequence)
    return sequences
  }

  /** Its id where ids are texts. */
  nameOf({ sequence }: PendingRequest<Tag>): string {
    return `${this.prefix}-${sequence}`
  }

  private find(id: RequestId): PendingRequest<Tag> | undefined {
    if (typeof id === 'number') return this.requests.get(id)
    const request = this.requests.get(Number(id.slice(this.prefix.length + 1)))
    return request !== undefined && this.nameOf(request) === id ? request : undefined
  }

  private enqueue(request: PendingRequest<Tag>): void {
    const queue = request.asked.early ? this.early : this.laneOf(request.asked).queue
    queue.push(request)
  }

  private fits({ bytes }: PendingRequest<Tag>): boolean {
    const { credit, inFlight, own, passedOn } = this
    if (inFlight >= credit.requests) return false
    // One larger than all that may be in flight still goes, alone
    return inFlight === 0 || own.inFlightBytes + passedOn.inFlightBytes + bytes <= credit.requestBytes
  }

  private laneOf({ passedOn }: NewRequest<Tag>): RequestLane<PendingRequest<Tag>> {
    return passedOn === true ? this.passedOn : this.own
  }

  private move(request: PendingRequest<Tag>, state: RequestState): void {
    const flew = request.state === 'sent'
    request.state = state
    if (flew !== (state === 'sent')) this.laneOf(request.asked).flies(request, flew ? -1 : 1)
  }
}

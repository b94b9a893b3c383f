// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { DeadlineQueue } from '@hcengineering/network-core'
import { Fifo } from './fifo'
import type { SessionLimits } from './session-limits'

/** What is asked. `tag` belongs to the caller: it comes back with the answer. */
export interface NewRequest<Tag> {
  readonly method: string
  /** What it is, for people who read an error: default its method. */
  readonly what?: string
  readonly payload: Uint8Array
  readonly tag: Tag
  /** Send it again in a new session, though the old one may have executed it. */
  readonly resend: boolean
  /** Goes before the others, and while the others are held back. */
  readonly early: boolean
  /** 0 waits without end. */
  readonly timeoutMs: number
}

/** Where a request is: `waiting` to be sent, `sent`, or `parked` until the time that the peer asked for. */
export type RequestState = 'waiting' | 'sent' | 'parked' | 'settled'

/** One request that is not settled. */
export class PendingRequest<Tag> {
  state: RequestState = 'waiting'
  /** How often it was sent without being known as not executed. */
  attempts = 0

  constructor(
    readonly id: string,
    readonly sequence: number,
    readonly since: number,
    readonly asked: NewRequest<Tag>
  ) {}

  get waiting(): boolean {
    return this.state === 'waiting'
  }

  get bytes(): number {
    return this.asked.payload.length
  }

  get what(): string {
    return this.asked.what ?? `'${this.asked.method}'`
  }
}

/** Outgoing requests of one session, in the order in which they were made. Ids are `prefix-0`, `prefix-1`, … */
export class RequestTable<Tag> {
  private readonly requests = new Map<string, PendingRequest<Tag>>()
  private readonly deadlines = new DeadlineQueue<PendingRequest<Tag>>()
  private readonly parked = new DeadlineQueue<PendingRequest<Tag>>()
  private readonly early = new Fifo<PendingRequest<Tag>>()
  private readonly queue = new Fifo<PendingRequest<Tag>>()
  private nextSequence = 0
  private inFlight = 0
  private inFlightBytes = 0
  private bytes = 0
  /** Requests that the peer takes at a time. */
  maxInFlight: number

  constructor(
    private readonly prefix: string,
    private readonly limits: SessionLimits
  ) {
    this.maxInFlight = limits.maxInFlight
  }

  get size(): number {
    return this.requests.size
  }

  /** Every request below this sequence number is settled. */
  get settledBelow(): number {
    for (const request of this.requests.values()) return request.sequence
    return this.nextSequence
  }

  /** Requests before `request` that are not settled. */
  get waitingCount(): number {
    return this.requests.size - this.inFlight
  }

  /** `undefined` when too much waits already. */
  add(asked: NewRequest<Tag>, now: number): PendingRequest<Tag> | undefined {
    const full =
      this.waitingCount >= this.limits.maxWaiting ||
      this.bytes - this.inFlightBytes + asked.payload.length > this.limits.maxWaitingBytes
    if (full) return undefined
    const sequence = this.nextSequence++
    const request = new PendingRequest(`${this.prefix}-${sequence}`, sequence, now, asked)
    this.requests.set(request.id, request)
    this.bytes += request.bytes
    if (asked.timeoutMs > 0) this.deadlines.set(request, now + asked.timeoutMs)
    this.enqueue(request)
    return request
  }

  /** The next to send: while the peer takes more, and among the early ones only when `earlyOnly`. */
  peek(earlyOnly: boolean): PendingRequest<Tag> | undefined {
    if (this.inFlight >= this.maxInFlight) return undefined
    const request = this.early.peek() ?? (earlyOnly ? undefined : this.queue.peek())
    if (request === undefined) return undefined
    // One larger than all that may be in flight still goes, alone
    const fits = this.inFlight === 0 || this.inFlightBytes + request.bytes <= this.limits.maxInFlightBytes
    return fits ? request : undefined
  }

  /** The transport has it. */
  sent(request: PendingRequest<Tag>): void {
    this.move(request, 'sent')
    request.attempts++
  }

  /** The answer is here, or it is given up; `undefined` for an id that is not pending. */
  settle(id: string): PendingRequest<Tag> | undefined {
    const request = this.requests.get(id)
    if (request === undefined) return undefined
    this.requests.delete(id)
    this.bytes -= request.bytes
    this.move(request, 'settled')
    this.deadlines.delete(request)
    this.parked.delete(request)
    return request
  }

  /** The peer refused it for now, so it did not execute what reached it just now. */
  retry(id: string, at: number): void {
    const request = this.requests.get(id)
    if (request?.state !== 'sent') return
    // Sent more than once, an earlier one may have been executed in a session that ended since
    if (request.attempts === 1) request.attempts = 0
    this.move(request, 'parked')
    this.parked.set(request, at)
  }

  /** The session goes on over a new connection: what is pending is sent again, under the same ids, in order. */
  resume(): void {
    this.early.clear()
    this.queue.clear()
    for (const request of this.requests.values()) {
      this.parked.delete(request)
      this.move(request, 'waiting')
      this.enqueue(request)
    }
  }

  /** A new session, in which nothing is known: what may have been executed leaves, the others are sent again. */
  restart(): PendingRequest<Tag>[] {
    const lost = [...this.requests.values()].filter(({ attempts, asked }) => attempts > 0 && !asked.resend)
    for (const { id } of lost) this.settle(id)
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
    for (const { id } of late) this.settle(id)
    return late
  }

  /** Takes all out. */
  drain(): PendingRequest<Tag>[] {
    const all = [...this.requests.values()]
    for (const { id } of all) this.settle(id)
    return all
  }

  nextDeadline(): number {
    return Math.min(this.deadlines.next() ?? Infinity, this.parked.next() ?? Infinity)
  }

  private enqueue(request: PendingRequest<Tag>): void {
    const queue = request.asked.early ? this.early : this.queue
    queue.push(request)
  }

  private move(request: PendingRequest<Tag>, state: RequestState): void {
    const change = Number(state === 'sent') - Number(request.state === 'sent')
    this.inFlight += change
    this.inFlightBytes += change * request.bytes
    request.state = state
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { encode } from '../wire/codec'
import { EventMessage } from '../wire/event-message'
import type { Frames } from '../wire/frames'
import type { Sendable } from '../wire/message'
import { hasChains, protocol2, type ProtocolVersion } from '../wire/version'
import type { Backlog } from './backlog'
import type { PendingRequest, RequestTable } from './request-table'
import type { StreamTable } from './stream-table'

/**
 * What may leave now: nothing; what opens a session; besides that answers, events and early requests (those that set up
 * a new session); all but other requests; everything.
 */
export type Gate = 'shut' | 'control' | 'early' | 'held' | 'open'

const never = (): boolean => false

/** A deadline further away than this, 34 years, is as good as none. */
const MAX_TIMEOUT_MS = 2 ** 40

/** What goes next, and what is to be noted when it has gone. */
export interface Outgoing<Tag> {
  readonly frames: Frames
  readonly control?: string
  readonly request?: PendingRequest<Tag>
  readonly ofStream?: true
}

/** Everything of one session that wants to leave, in the order in which it leaves: control, answers and events, requests, streams. */
export class Outbox<Tag> {
  gate: Gate = 'shut'
  /** Whether requests leave all the same while they are `held`. */
  excused: () => boolean = never
  /** What is spoken with the peer; hello is understood in any. */
  protocol: ProtocolVersion = protocol2
  /** Hello, ping, pong and the like: at most one of each, so that a peer that does not read cannot pile them up. */
  private readonly control = new Map<string, Sendable>()
  /** Its size, which is asked for each event. */
  private controls = 0

  constructor(
    readonly requests: RequestTable<Tag>,
    readonly backlog: Backlog,
    readonly streams: StreamTable
  ) {}

  /** Nothing waits that would leave before an event, and events may leave. */
  get clear(): boolean {
    return this.controls === 0 && this.backlog.clear && this.gate !== 'shut' && this.gate !== 'control'
  }

  /** A later message of the same name replaces one that has not left. */
  setControl(message: Sendable): void {
    this.control.set(message.kind, message)
    this.controls = this.control.size
  }

  /** The connection is gone, and what was meant for it. */
  shut(): void {
    this.gate = 'shut'
    this.control.clear()
    this.controls = 0
  }

  peek(now: number): Outgoing<Tag> | undefined {
    if (this.gate === 'shut') return undefined
    if (this.controls > 0) {
      for (const [control, message] of this.control) return { frames: this.encode(message), control }
    }
    if (this.gate === 'control') return undefined
    const message = this.backlog.peek()
    if (message !== undefined) return { frames: this.encode(message) }
    const all = this.gate === 'open' || (this.gate === 'held' && this.excused())
    const request = this.requests.peek(!all)
    if (request !== undefined) return { frames: this.encode(this.messageOf(request, now)), request }
    // Behind the requests that open them
    const item = this.gate === 'early' ? undefined : this.streams.peek()
    return item === undefined ? undefined : { frames: this.encode(item), ofStream: true }
  }

  /** The transport has it. */
  sent(outgoing: Outgoing<Tag>): void {
    if (outgoing.control !== undefined) {
      this.control.delete(outgoing.control)
      this.controls = this.control.size
    } else if (outgoing.request !== undefined) this.requests.sent(outgoing.request)
    else if (outgoing.ofStream === true) this.streams.sent()
    else this.backlog.sent()
  }

  /** Frames of an event; none when it cannot be said. */
  framesOf(event: EventMessage): Frames {
    return this.encode(event)
  }

  /** The transport has an event that did not wait here: only while it is `clear`. */
  passed(event: EventMessage): void {
    this.backlog.passed(event)
  }

  private messageOf(request: PendingRequest<Tag>, now: number): Sendable {
    const { requests } = this
    const { method, route, body, timeoutMs, opening: stream, chain: made } = request.asked
    // 0 stands for none
    const leftMs = timeoutMs === 0 ? 0 : Math.min(MAX_TIMEOUT_MS, Math.max(1, Math.ceil(request.deadline - now)))
    const id = this.protocol.major === 1 ? requests.nameOf(request) : request.sequence
    const chain = hasChains(this.protocol) ? made : undefined
    const settled = requests.settledBelow
    return { kind: 'request', id, method, route, body, timeoutMs: leftMs, settled, stream, chain }
  }

  /** None for what cannot be said: that is checked before, and must not stop what comes behind it. */
  private encode(message: Sendable): Frames {
    try {
      const { protocol } = this
      return (message instanceof EventMessage ? message.framesIn(protocol) : encode(message, protocol)) ?? []
    } catch {
      return []
    }
  }
}

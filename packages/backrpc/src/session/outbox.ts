// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from '../wire/frames'
import { requestFrames } from '../wire/protocol-1'
import type { Backlog } from './backlog'
import type { PendingRequest, RequestTable } from './request-table'

/**
 * What may leave now: nothing; what opens a session; besides that answers, events and early requests (those that set up
 * a new session); everything.
 */
export type Gate = 'shut' | 'control' | 'early' | 'open'

/** What goes next, and what is to be noted when it has gone. */
export interface Outgoing<Tag> {
  readonly frames: Frames
  readonly control?: string
  readonly request?: PendingRequest<Tag>
}

/** Everything of one session that wants to leave, in the order in which it leaves: control, answers and events, requests. */
export class Outbox<Tag> {
  gate: Gate = 'shut'
  /** Hello, ping, pong and the like: at most one of each, so that a peer that does not read cannot pile them up. */
  private readonly control = new Map<string, Frames>()

  constructor(
    readonly requests: RequestTable<Tag>,
    readonly backlog: Backlog
  ) {}

  /** A later message of the same name replaces one that has not left. */
  setControl(name: string, frames: Frames): void {
    this.control.set(name, frames)
  }

  /** The connection is gone, and what was meant for it. */
  shut(): void {
    this.gate = 'shut'
    this.control.clear()
  }

  peek(): Outgoing<Tag> | undefined {
    if (this.gate === 'shut') return undefined
    for (const [control, frames] of this.control) return { frames, control }
    if (this.gate === 'control') return undefined
    const frames = this.backlog.peek()
    if (frames !== undefined) return { frames }
    const request = this.requests.peek(this.gate === 'early')
    return request === undefined ? undefined : { frames: requestFrames(request.id, request.asked.payload), request }
  }

  /** The transport has it. */
  sent(outgoing: Outgoing<Tag>): void {
    if (outgoing.control !== undefined) this.control.delete(outgoing.control)
    else if (outgoing.request !== undefined) this.requests.sent(outgoing.request)
    else this.backlog.sent()
  }
}

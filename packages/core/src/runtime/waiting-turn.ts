// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRequestOptions } from '../api/call'
import type { CallChain } from '../api/turns'
import type { Expiring } from '../state/lazy-deadlines'
import type { TurnCall } from '../state/turn-queue'
import { onAbort } from './abort-listeners'
import type { CallPlace } from './call-place'
import { sooner } from './deadlines'
import type { Mailbox, MailboxHost } from './mailbox'

const NOT_CHAINED: CallChain = []

/** A call that waits for its turn. */
export class WaitingTurn implements TurnCall, Expiring {
  waiting = false
  readonly readOnly: boolean
  readonly chain: CallChain
  readonly since: number
  readonly deadline: number
  /** By which it is known elsewhere. */
  readonly id: string
  private settle: { resolve(place: CallPlace): void; reject(error: Error): void } | undefined
  private stop: (() => void) | undefined

  constructor(
    readonly mailbox: Mailbox,
    readonly operation: string,
    readonly sequence: number,
    { chain = NOT_CHAINED, timeoutMs = 0 }: AgentRequestOptions,
    host: MailboxHost
  ) {
    this.readOnly = mailbox.isReadOnly(operation)
    this.chain = chain
    this.since = host.now()
    this.deadline = timeoutMs === 0 ? Infinity : this.since + sooner(timeoutMs)
    this.id = chain.length === 0 ? '' : host.newId()
  }

  get settled(): boolean {
    return this.settle === undefined
  }

  /** Resolves when it is its turn. */
  wait({ signal }: AgentRequestOptions): Promise<CallPlace> {
    if (signal !== undefined) this.stop = onAbort(signal, () => this.mailbox.cancel(this))
    return new Promise((resolve, reject) => (this.settle = { resolve, reject }))
  }

  begin(place: CallPlace): void {
    this.over()?.resolve(place)
  }

  fail(error: Error): void {
    this.over()?.reject(error)
  }

  /** Its deadline has come. */
  expire(): void {
    this.mailbox.expire(this)
  }

  private over(): WaitingTurn['settle'] {
    const { settle } = this
    this.settle = undefined
    this.stop?.()
    return settle
  }
}

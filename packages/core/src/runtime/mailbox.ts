// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRequestOptions } from '../api/call'
import type { ContainerUuid } from '../api/identifiers'
import type { CallChain, RunningTurn } from '../api/turns'
import { NetworkError, type ErrorCode } from '../errors'
import { requestName } from '../operations'
import { TurnQueue, type Begun, type Turn } from '../state/turn-queue'
import { CallPlace, longer } from './call-place'
import type { HostedContainer } from './hosted-container'
import type { SerialTurns } from './turn-options'
import { WaitingTurn } from './waiting-turn'

/** When to try again, told to who finds a mailbox full: what waits is mostly served soon. */
const RETRY_AFTER_MS = 100

/** What mailboxes need of their agent. */
export interface MailboxHost {
  now(): number
  /** Never used again. */
  newId(): string
  /** It waits from now on: `expire` is called at its deadline. */
  waits(call: WaitingTurn): void
  /** It waits no more. */
  left(call: WaitingTurn): void
}

/** Lets calls into one container, in turns. */
export class Mailbox {
  private readonly queue: TurnQueue<WaitingTurn>
  private nextSequence = 0

  constructor(
    private readonly hosted: HostedContainer,
    private readonly turns: SerialTurns,
    private readonly host: MailboxHost
  ) {
    this.queue = new TurnQueue(turns.mailbox, () => host.newId())
  }

  isReadOnly(operation: string): boolean {
    return this.turns.readOnly.has(operation)
  }

  /** A call of that chain was made in a turn that runs here. */
  isCalledBack(chain: CallChain): boolean {
    return this.queue.turnOf(chain) !== undefined
  }

  /**
   * The place of a call, at once if it is its turn. It is to be left when the call has ended.
   *
   * @throws NetworkError when it is refused: `OVERLOADED`, `CANCELLED`, `DEADLINE_EXCEEDED`, `INVALID_ARGUMENT`, `TOO_LARGE`, and
   * as the container does that serves no more. It was not executed then
   */
  enter(operation: string, options: AgentRequestOptions): CallPlace | Promise<CallPlace> {
    const { host, queue } = this
    const call = new WaitingTurn(this, operation, this.nextSequence++, options, host)
    // Before it is let in
    const hop = { uuid: this.hosted.uuid, operation, turn: '' }
    longer(call.chain, hop, this.hosted)
    if (options.signal?.aborted === true) throw this.error('CANCELLED', call, 'nobody waits for it any more')
    const admission = queue.enter(call, host.now())
    switch (admission.kind) {
      case 'runs':
        return this.placeOf(call, admission.turn, admission.joined)
      case 'full':
        throw this.error('OVERLOADED', call, `${queue.waiting} calls wait for their turn there already`, RETRY_AFTER_MS)
      case 'forbidden': {
        const why = `it was called back from '${admission.turn.operation}', which is read-only there, and is not read-only itself`
        throw this.error('INVALID_ARGUMENT', call, why)
      }
      case 'waits': {
        const place = call.wait(options)
        host.waits(call)
        return place
      }
    }
  }

  get uuid(): ContainerUuid {
    return this.hosted.uuid
  }

  /** What those that wait wait for. */
  get running(): RunningTurn[] {
    return Array.from(this.queue.running, ({ id, operation }) => ({ turn: id, operation }))
  }

  /** The container serves no more: those that wait are told so. */
  close(): void {
    for (const call of this.queue.takeWaiting()) {
      call.fail(this.hosted.notServing())
      this.host.left(call)
    }
  }

  cancel(call: WaitingTurn): void {
    this.refuse(call, this.error('CANCELLED', call, 'nobody waits for it any more'))
  }

  expire(call: WaitingTurn): void {
    this.refuse(call, this.error('DEADLINE_EXCEEDED', call, 'its time is over'))
  }

  /** It would wait for its deadline in vain. */
  breakDeadlock(call: WaitingTurn, cycle: string): void {
    this.refuse(call, this.error('DEADLINE_EXCEEDED', call, `a deadlock would last until its deadline: ${cycle}`))
  }

  private refuse(call: WaitingTurn, error: NetworkError): void {
    if (!call.waiting) return
    const begun = this.queue.withdraw(call, this.host.now())
    call.fail(error)
    this.host.left(call)
    this.begin(begun)
  }

  private begin(begun: readonly Begun<WaitingTurn>[]): void {
    for (const { call, turn } of begun) {
      call.begin(this.placeOf(call, turn, false))
      this.host.left(call)
    }
  }

  private placeOf({ chain, operation }: WaitingTurn, turn: Turn, joined: boolean): CallPlace {
    const { hosted } = this
    const calls = longer(chain, { uuid: hosted.uuid, operation, turn: turn.id }, hosted)
    return new CallPlace(calls, joined, () => this.begin(this.queue.leave(turn, this.host.now())))
  }

  private error(code: ErrorCode, call: WaitingTurn, why: string, retryAfterMs?: number): NetworkError {
    const { uuid, kind, details } = this.hosted
    const stage = `waiting for its turn in container ${uuid}${this.runningFor()}`
    const text = `The ${requestName(uuid, call.operation)} of kind '${kind}' was not executed: ${why}; ${stage}`
    return new NetworkError(code, text, { ...details, stage, retryAfterMs })
  }

  /** The oldest that runs. */
  private runningFor(): string {
    for (const { operation, since } of this.queue.running) {
      return `, which is in '${operation}' for ${Math.round(this.host.now() - since)} ms; ${this.queue.waiting} wait`
    }
    return ''
  }
}

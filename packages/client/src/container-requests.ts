// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue } from '@hcengineering/network-backrpc'
import {
  currentChain,
  NetworkError,
  requestName,
  toCaller,
  Unread,
  type CallChain,
  type CancelSignal,
  type ContainerUuid,
  type NetworkAgent,
  type RequestOptions,
  type TickManager
} from '@hcengineering/network-core'
import { fail, type Asker } from './container-call'
import type { Coordinator } from './coordinator'
import type { Holds } from './holds'
import { duration, type ResolvedClientOptions } from './options'
import type { LocalCalls } from './local-calls'
import { notThere, type Repeats } from './repeats'
import { Deadline, sendOnly, unlessAborted } from './waits'

/** What a user asked, and who waits for it. */
interface Asked extends Asker {
  readonly uuid: ContainerUuid
  readonly operation: string
  /** The caller's own, until it has been asked: then as it was. */
  data: unknown
  readonly deadline: Deadline
  readonly idempotent: boolean
  readonly signal: CancelSignal | undefined
  /** The calls for which it is made. */
  readonly chain: CallChain | undefined
}

/** Requests that go to containers through the coordinator, which knows where they are. */
export class ContainerRequests {
  constructor(
    private readonly coordinator: Coordinator,
    private readonly holds: Holds,
    private readonly repeats: Repeats,
    private readonly localCalls: LocalCalls,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {}

  /** Executed at most once, unless `idempotent`. */
  request(uuid: ContainerUuid, operation: string, data: unknown, options: RequestOptions): Promise<unknown> {
    if (options.signal === undefined)
      return new Promise((resolve) => this.ask(uuid, operation, data, options, { resolve }))
    const ask = async (): Promise<unknown> =>
      await new Promise((resolve, reject) => this.ask(uuid, operation, data, options, { resolve, reject }))
    return unlessAborted(options.signal, ask).catch(toCaller)
  }

  /** {@link request} for who waits for no answer. @param failed hears of what stands in its way later */
  tell(uuid: ContainerUuid, operation: string, data: unknown, failed: (error: Error) => void): Promise<void> {
    const deadline = new Deadline(this.tickManager, this.options.requestTimeoutMs)
    // Nobody waits for it
    const options = { idempotent: false, signal: undefined, chain: undefined }
    return sendOnly(
      (resolve, reject) => this.start({ uuid, operation, data, deadline, ...options, resolve, reject }),
      failed
    )
  }

  private ask(
    uuid: ContainerUuid,
    operation: string,
    data: unknown,
    { timeoutMs = this.options.requestTimeoutMs, idempotent = false, signal }: RequestOptions,
    { resolve, reject }: Asker
  ): void {
    const deadline = new Deadline(this.tickManager, duration('timeoutMs', timeoutMs))
    const chain = currentChain()
    this.start({ uuid, operation, data, deadline, idempotent, signal, chain, resolve, reject })
  }

  private start(asked: Asked): void {
    const local = this.options.localAgents?.find(this.holds.book.get(asked.uuid)?.location.agentId)
    if (local === undefined) this.relay(asked, 1)
    else this.callLocally(local.agent, asked)
  }

  /** To an agent of this process. If the container is not there any more, the coordinator knows where. */
  private callLocally(agent: NetworkAgent, asked: Asked): void {
    const { uuid, operation, data, deadline, idempotent, signal, chain, resolve } = asked
    const reject = (error: Error): void => {
      if (error instanceof NetworkError && notThere.has(error.code)) this.relay(asked, 1)
      else fail(asked, error)
    }
    const keep = keeperOf(asked)
    const { leftMs: timeoutMs, at: deadlineAt } = deadline
    const call = { timeoutMs, deadlineAt, idempotent, signal, chain, resolve, reject, keep }
    this.localCalls.request(agent, uuid, operation, data, call)
  }

  /** @param attempt counts from 1 */
  private relay(asked: Asked, attempt: number): void {
    const { uuid, deadline, signal } = asked
    if (this.holds.isHeld(uuid)) return this.send(asked, attempt)
    // As it is now, and only if it can travel
    const kept = asked.data instanceof Unread ? asked : { ...asked, data: cloneValue(asked.data) }
    // A coordinator that started anew does not know the container before it knows the hold.
    const held = unlessAborted(signal, async () => await this.holds.held(uuid, deadline.leftMs))
    held.then(
      () => this.send(kept, attempt),
      (error: Error) => fail(asked, error)
    )
  }

  private send(asked: Asked, attempt: number): void {
    const { session } = this.holds
    const { uuid, operation, data, deadline, idempotent, signal, chain, resolve } = asked
    const reject = (error: Error): void => {
      const over = deadline.expired || signal?.aborted === true
      if (!(error instanceof NetworkError) || over || !this.mayRepeat(error, asked, session)) fail(asked, error)
      else this.again(asked, attempt, error)
    }
    const options = { timeoutMs: deadline.leftMs, resend: idempotent, signal, chain }
    this.coordinator.askContainer(uuid, operation, data, options, { resolve, reject, keep: keeperOf(asked) })
  }

  private again(asked: Asked, attempt: number, cause: NetworkError): void {
    const { uuid, operation, deadline } = asked
    this.repeats.wait(requestName(uuid, operation), uuid, attempt, deadline, cause).then(
      () => this.relay(asked, attempt + 1),
      (error: Error) => fail(asked, error)
    )
  }

  /** @param session in which it was asked */
  private mayRepeat(error: NetworkError, { uuid, idempotent }: Asked, session: number): boolean {
    if (idempotent && (error.code === 'OUTCOME_UNKNOWN' || error.code === 'UNAVAILABLE')) return true
    return this.repeats.mayRepeat(error, uuid, session)
  }
}

/** Asked again it is what it was, whatever its caller does with its data. */
function keeperOf(asked: Asked): (data: unknown) => void {
  return (data) => (asked.data = data)
}

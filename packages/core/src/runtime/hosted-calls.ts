// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Reminder } from '../api/activation'
import type { AgentRequestOptions } from '../api/call'
import type { ClientUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import type { CallChain } from '../api/turns'
import { NetworkError } from '../errors'
import type { Activations } from './activations'
import type { AgentLease } from './agent-lease'
import { CallPlace, longer } from './call-place'
import { withinScope } from './call-scope'
import { sooner } from './deadlines'
import type { HostedContainer } from './hosted-container'
import { ContainerRequestContext } from './request-context'
import { schedule } from './schedule'
import { SingleFlight } from './single-flight'
import type { Visits } from './visits'

const UNCHAINED: CallChain = []

/** Hands requests to the containers of an agent, while it may serve them; as few promises as can be. */
export class HostedCalls {
  /** By time and name. */
  private readonly reminding = new WeakMap<HostedContainer, SingleFlight<string, void>>()
  /** Requests that the containers are at. */
  inFlight = 0

  constructor(
    private readonly tickManager: TickManager,
    private readonly lease: AgentLease,
    private readonly visits: Visits,
    private readonly activations: Activations
  ) {}

  ask(
    hosted: HostedContainer,
    operation: string,
    data: unknown,
    clientId: ClientUuid | undefined,
    options: AgentRequestOptions | undefined
  ): Promise<unknown> {
    const { lease } = this
    const context = this.contextOf(hosted, clientId, options)
    const failed = (error: unknown): Promise<never> => {
      context.end()
      return Promise.reject(context.givenUp ?? error)
    }
    const execute = (place: CallPlace | undefined, unixNow: number): Promise<unknown> => {
      let answer: unknown
      try {
        if (place?.joined !== true || !hosted.finishes) hosted.checkServing()
      } catch (error) {
        place?.leave()
        return failed(error)
      }
      this.visits.note(hosted, unixNow)
      hosted.entered()
      this.inFlight++
      const { lapses } = lease
      try {
        answer = withinScope(place?.scope, () => hosted.container.request(operation, data, clientId, context))
      } catch (error) {
        answer = Promise.reject(error as Error)
      }
      return Promise.resolve(answer).then(
        (result) => {
          this.inFlight--
          hosted.left()
          place?.leave()
          if (!this.counts(hosted, lapses)) return this.leave(hosted, context).then(() => result)
          context.end()
          return result
        },
        (error) => {
          this.inFlight--
          hosted.left()
          place?.leave()
          const failure = hosted.failure(error)
          if (this.counts(hosted, lapses)) return failed(failure)
          return this.leave(hosted, context).then(() => failed(failure))
        }
      )
    }
    const begin = (place: CallPlace | undefined): Promise<unknown> => {
      // A clock is a good part of what a call costs
      const unixNow = Date.now()
      if (lease.covers(hosted.kind, unixNow)) return execute(place, unixNow)
      return this.enter(hosted, context).then(
        () => execute(place, Date.now()),
        (error: Error) => {
          place?.leave()
          throw error
        }
      )
    }
    if (hosted.mailbox === undefined && options?.chain === undefined) return begin(undefined)
    try {
      const place = this.placeOf(hosted, operation, options)
      return place instanceof CallPlace ? begin(place) : place.then(begin, failed)
    } catch (error) {
      return failed(error)
    }
  }

  /** Runs that in a turn of a container that takes turns, for a stream. */
  async inTurn<T>(
    hosted: HostedContainer,
    operation: string,
    options: AgentRequestOptions,
    work: () => T | Promise<T>
  ): Promise<T> {
    if (hosted.mailbox === undefined) return await work()
    const place = await this.placeOf(hosted, operation, options)
    try {
      await this.admitted(hosted, options)
      if (!place.joined || !hosted.finishes) hosted.checkServing()
      hosted.entered()
      try {
        return await withinScope(place.scope, work)
      } finally {
        hosted.left()
      }
    } finally {
      place.leave()
    }
  }

  /** Reminds the container; the same reminder, due at the same time, is not delivered twice at a time. */
  async remind(hosted: HostedContainer, reminder: Reminder, options: AgentRequestOptions | undefined): Promise<void> {
    const { name, at } = reminder
    const delivery = async (): Promise<void> => await this.deliver(hosted, reminder, options)
    const running = this.reminding.get(hosted) ?? new SingleFlight<string, void>()
    this.reminding.set(hosted, running)
    await running.run(`${at} ${name}`, delivery)
  }

  private async deliver(
    hosted: HostedContainer,
    { name, data }: Reminder,
    options: AgentRequestOptions | undefined
  ): Promise<void> {
    const { container, kind, details } = hosted
    if (typeof container.reminded !== 'function') {
      throw new NetworkError('UNKNOWN_OPERATION', `Containers of kind '${kind}' have no method 'reminded'`, details)
    }
    const context = this.contextOf(hosted, undefined, options)
    await this.enter(hosted, context)
    try {
      hosted.checkServing()
      this.visits.note(hosted, Date.now())
      const { signal } = context
      await this.inTurn(hosted, 'a reminder', { ...options, signal }, async () => {
        hosted.entered()
        try {
          await container.reminded?.(name, data, context)
        } catch (error) {
          throw hosted.failure(error)
        } finally {
          hosted.left()
        }
      })
    } finally {
      context.end()
    }
  }

  /** Resolves when the container may be served: for what is no request. */
  async admitted(hosted: HostedContainer, options: AgentRequestOptions | undefined): Promise<void> {
    if (this.lease.covers(hosted.kind)) return
    const context = this.contextOf(hosted, undefined, options)
    await this.enter(hosted, context)
    context.end()
  }

  private contextOf(
    hosted: HostedContainer,
    clientId: ClientUuid | undefined,
    options: AgentRequestOptions | undefined
  ): ContainerRequestContext {
    return new ContainerRequestContext(this.tickManager, clientId, options, hosted, this.activations)
  }

  /** Nobody waits for its turn who is not served: one that a turn made which runs may still be. */
  private placeOf(
    hosted: HostedContainer,
    operation: string,
    options: AgentRequestOptions | undefined
  ): CallPlace | Promise<CallPlace> {
    const { mailbox, uuid } = hosted
    const chain = options?.chain ?? UNCHAINED
    if (mailbox === undefined) return new CallPlace(longer(chain, { uuid, operation, turn: '' }, hosted), false)
    if (!hosted.finishes || !mailbox.isCalledBack(chain)) hosted.checkServing()
    return mailbox.enter(operation, options ?? {})
  }

  /** Others may serve it by now: whoever asks waits until it is known who does. Nothing was executed yet. */
  private async enter(hosted: HostedContainer, context: ContainerRequestContext): Promise<void> {
    let late = false
    const expire = (): void => {
      late = true
      this.lease.wake()
    }
    const cancel = context.leftMs > 0 ? schedule(this.tickManager, sooner(context.leftMs), expire) : undefined
    try {
      while (!this.lease.covers(hosted.kind)) {
        hosted.checkServing()
        if (late || context.signal.aborted) throw waitedInVain(hosted, late)
        await this.lease.change(context.signal)
      }
    } catch (error) {
      context.end()
      throw error
    } finally {
      cancel?.()
    }
  }

  /**
   * Nobody else has served it while it was executed: the agent may serve it, and does, or ends it and
   * might serve it all the time until then.
   */
  private counts({ kind, serves, gone }: HostedContainer, lapses: number): boolean {
    return !gone && this.lease.covers(kind) && (serves || this.lease.lapses === lapses)
  }

  /** Executed, but others may have served it since: the answer counts only if it turns out that none have. */
  private async leave(hosted: HostedContainer, context: ContainerRequestContext): Promise<void> {
    while (hosted.serves && !this.lease.covers(hosted.kind) && !context.signal.aborted) {
      await this.lease.change(context.signal)
    }
    const counts = hosted.serves && this.lease.covers(hosted.kind)
    context.end()
    if (!counts) throw replaced(hosted)
  }
}

function waitedInVain({ uuid, details }: HostedContainer, late: boolean): NetworkError {
  const stage = `held back by agent ${details.agentId}, which the coordinator does not answer`
  const text = `A request to container ${uuid} was not executed: ${stage}`
  return new NetworkError(late ? 'DEADLINE_EXCEEDED' : 'CANCELLED', text, { ...details, stage })
}

/** It has a stage, by which who passes it on knows that the agent is there. */
function replaced({ uuid, details, gone }: HostedContainer): NetworkError {
  const text = gone
    ? `Container ${uuid} ended on agent ${details.agentId} while it executed a request: the answer does not count`
    : `Agent ${details.agentId} executed a request to container ${uuid} and was cut off from the coordinator, which may have started it elsewhere: the answer does not count`
  return new NetworkError('OUTCOME_UNKNOWN', text, { ...details, stage: `executed on agent ${details.agentId}` })
}

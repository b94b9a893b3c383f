// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { StartContext } from '../api/agent'
import type { ContainerFactory, ContainerFactoryResult, GetOptions } from '../api/container'
import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import { replaces, type ActivationToken } from '../api/token'
import { codeOf, messageOf, NetworkError, type ErrorCode } from '../errors'
import type { ResolvedAgentOptions } from './agent-options'
import { AgentSeats, type Seat } from './agent-seats'
import { AgentStarts, type Start } from './agent-starts'
import { bounded } from './bounded'
import type { ContainerEnd } from './container-end'
import type { Deadlines } from './deadlines'
import type { HostOwner } from './host-owner'
import type { HostedContainer, HostedParts } from './hosted-container'
import type { HostedTable } from './hosted-table'
import { startContainer, startError, type StartCall } from './start-container'

/** A factory that is late keeps its container's place for so many times what a start may take; then it counts as one that never answers. */
const maxLateness = 10

/** What a starter works with: all of it is its host's. */
export interface StarterParts {
  readonly owner: Pick<HostOwner, 'uuid' | 'endpoint'>
  readonly factories: ReadonlyMap<string, ContainerFactory>
  readonly options: ResolvedAgentOptions
  readonly deadlines: Deadlines
  readonly containerEnd: ContainerEnd
  readonly table: HostedTable
  /** What has been made is a container of the host from now on. */
  host(parts: HostedParts, token: ActivationToken | undefined, seat: Seat): HostedContainer
}

/** Starts an agent's containers: one at a time for a uuid, as many as there are places. What nobody waits for any more is ended. */
export class ContainerStarter {
  readonly starts = new AgentStarts()
  private readonly seats: AgentSeats

  constructor(private readonly parts: StarterParts) {
    this.seats = new AgentSeats(parts.options.capacity)
  }

  /**
   * Joins the start of that uuid, or begins one; `undefined` when one that was not wanted any more has ended. May throw as well.
   */
  joinOrStart(
    kind: ContainerKind,
    wanted: GetOptions,
    context: StartContext | undefined
  ): Promise<HostedContainer | undefined> {
    const { uuid } = wanted
    const earlier = uuid === undefined ? undefined : this.starts.get(uuid)
    if (uuid !== undefined && earlier !== undefined && replaces(context?.token, earlier.token)) {
      const reason = 'the coordinator does not wait for it any more'
      const call = { agentId: this.parts.owner.uuid, kind: earlier.kind, options: { uuid } }
      this.starts.giveUp(uuid, startError(call, 'START_TIMEOUT', reason))
    }
    const current = uuid === undefined ? undefined : this.starts.get(uuid)
    if (current === undefined) return this.begin(kind, wanted, context).outcome
    if (current.doomed === undefined) {
      this.checkKind(uuid, current.kind, kind)
      return current.outcome
    }
    const ended = (): undefined => undefined
    return current.outcome.then(ended, ended)
  }

  /** Resolves when what starts now has started, or failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.starts.list().map(async ({ outcome }) => await outcome))
  }

  /** Lets all go, when they have ended or taken as long as an end may. */
  async close(): Promise<void> {
    await Promise.all(this.starts.list().map(async (start) => await this.endStart(start)))
  }

  /** Throws `KIND_MISMATCH`. */
  checkKind(uuid: ContainerUuid | undefined, has: ContainerKind, asked: ContainerKind): void {
    if (has === asked) return
    throw this.error('KIND_MISMATCH', `Container ${uuid} is of kind '${has}', not of kind '${asked}'`, uuid)
  }

  private begin(kind: ContainerKind, wanted: GetOptions, context: StartContext | undefined): Start {
    const { owner, factories } = this.parts
    const agentId = owner.uuid
    const factory = factories.get(kind)
    if (factory === undefined) {
      const offered = factories.size === 0 ? 'none' : [...factories.keys()].join(', ')
      const message = `Agent ${agentId} has no factory for kind '${kind}'; it has: ${offered}`
      throw new NetworkError('NOT_FOUND', message, { kind, uuid: wanted.uuid, agentId })
    }
    const request = { kind, uuid: wanted.uuid, token: context?.token }
    const call = { agentId, kind, factory, options: wanted, state: context?.state }
    const seat = this.seats.take(call)
    return this.starts.begin(request, (start) => this.start(start, call, seat))
  }

  private async start(
    start: Start,
    asked: Omit<StartCall, 'agentEndpoint' | 'timeoutMs' | 'isWanted'>,
    seat: Seat
  ): Promise<HostedContainer> {
    const { owner, options, deadlines, table, host } = this.parts
    const { agentId, kind, options: wanted, state } = asked
    const factory = seat.during(asked.factory)
    const isWanted = (): boolean => start.doomed === undefined
    const timeoutMs = options.startMs(kind)
    const agentEndpoint = owner.endpoint()
    const call = { agentId, kind, factory, options: wanted, agentEndpoint, timeoutMs, state, isWanted }
    const discard = async (result: unknown): Promise<void> => {
      await this.discard(result, kind).finally(() => seat.free())
    }
    let made: ContainerFactoryResult
    try {
      made = await startContainer(deadlines, call, discard)
    } catch (error) {
      if (codeOf(error) === 'START_TIMEOUT') this.freeLater(seat, call)
      const { cause } = error as Error
      const stack = cause instanceof Error ? { stack: cause.stack } : {}
      const about = { kind, uuid: wanted.uuid, error: messageOf(error), ...stack }
      // Who is full says so, and has done nothing wrong
      if (codeOf(error) !== 'CAPACITY') options.logger.warn('A container did not start', about)
      throw error
    }
    for (;;) {
      const existing = table.get(made.uuid)
      if (start.doomed !== undefined) {
        await discard(made)
        throw start.doomed
      }
      if (existing === undefined) {
        const { uuid, container, endpoint } = made
        const { labels, extra } = wanted
        const parts = { uuid, container, endpoint, kind, stateless: false, labels, extra: extra as unknown }
        return host(parts, start.token, seat)
      }
      if (existing.ended === undefined) {
        await discard(made)
        if (existing.kind === kind) return existing
        throw startError(call, 'UUID_CONFLICT', `uuid ${made.uuid} is that of a container of kind '${existing.kind}'`)
      }
      if (existing.container === made.container) {
        seat.free()
        throw startError(call, 'START_FAILED', 'its factory answered with a container that terminates')
      }
      await existing.ended
    }
  }

  /** What is late may take as much as what is not, so it keeps its place for a while; what it makes is ended whenever it comes. */
  private freeLater(seat: Seat, { kind, options, timeoutMs }: StartCall): void {
    const { deadlines, options: agentOptions } = this.parts
    deadlines.after(maxLateness * timeoutMs, () => {
      if (!seat.isTaken) return
      seat.free()
      const { uuid } = options
      agentOptions.logger.warn('A factory has never answered: its container has no place any more', { kind, uuid })
    })
  }

  /** Ends what a factory made and nobody gets, unless it is hosted here already. */
  private async discard(made: unknown, kind: ContainerKind): Promise<void> {
    const { uuid, container } = (made ?? {}) as Partial<ContainerFactoryResult>
    if (typeof container?.terminate !== 'function') return
    const { table, containerEnd } = this.parts
    if (uuid !== undefined && table.get(uuid)?.container === container) return
    await containerEnd.run({ container, kind, uuid }, { reason: 'nobody waits for it any more', final: true })
  }

  private async endStart(start: Start): Promise<void> {
    const { owner, deadlines, options } = this.parts
    const message = `Agent ${owner.uuid} was closed while a container of kind '${start.kind}' started`
    const closed = this.error('CLOSED', message)
    start.doomed ??= closed
    const ended = async (): Promise<unknown> => await start.outcome.catch(() => {})
    await bounded(deadlines, options.terminateMs(start.kind), ended, () => closed).catch(start.abandon)
  }

  private error(code: ErrorCode, message: string, uuid?: ContainerUuid): NetworkError {
    return new NetworkError(code, message, { uuid, agentId: this.parts.owner.uuid })
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { StartContext } from '../api/agent'
import type { CancelSignal } from '../api/call'
import type { ContainerFactory, ContainerFactoryResult, GetOptions } from '../api/container'
import type { AgentEndpointRef, AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { RetireOptions, RetireOutcome } from '../api/termination'
import { replaces, type ActivationToken } from '../api/token'
import { codeOf, NetworkError, type ErrorCode } from '../errors'
import type { ResolvedAgentOptions } from './agent-options'
import { AgentSeats, type Seat } from './agent-seats'
import { AgentStarts, type Start } from './agent-starts'
import { bounded } from './bounded'
import { cancelledWaiting, unlessCancelled } from './cancelling'
import { ContainerEnd } from './container-end'
import { Deadlines } from './deadlines'
import { HostedContainer, type HostedContainerParts } from './hosted-container'
import { HostedTable } from './hosted-table'
import { startContainer, startError, type StartCall } from './start-container'
import { readTurns } from './turn-options'

/** A factory that is late keeps its container's place for so many times what a start may take; then it counts as one that never answers. */
const maxLateness = 10

const agentCloses: RetireOptions = { reason: 'its agent closes', final: true }
const startedAnew: RetireOptions = { reason: 'the coordinator had given it up, and starts it anew', final: true }

/** Whom the host belongs to, and what that does when a container comes and goes. */
export interface HostOwner {
  readonly uuid: AgentUuid
  /** Handed to the factories; it may be known only later. */
  endpoint(): AgentEndpointRef | undefined
  hosted(hosted: HostedContainer): void
  /** Its end has begun. */
  ending(hosted: HostedContainer): void
  /** It was to end, cannot yet, and serves on. */
  postponed(): void
  /** It was to end, could not, and has now done what kept it. */
  finished(hosted: HostedContainer): void
  /** Out of the tables; its `terminate()` has ended, its `onTerminated()` comes next. */
  left(hosted: HostedContainer, wasActive: boolean): void
}

/** A container that exists, and where. */
export type HostedParts = Omit<HostedContainerParts, 'agentId'>

/** The lives of an agent's containers: from the factory to `onTerminated()`, one at a time for a uuid. */
export class ContainerHost {
  readonly table = new HostedTable()
  private readonly starts = new AgentStarts()
  private readonly seats: AgentSeats
  private readonly deadlines: Deadlines
  private readonly containerEnd: ContainerEnd
  private closing: Promise<void> | undefined

  constructor(
    private readonly owner: HostOwner,
    private readonly factories: ReadonlyMap<string, ContainerFactory>,
    private readonly options: ResolvedAgentOptions
  ) {
    this.deadlines = new Deadlines(options.tickManager)
    this.seats = new AgentSeats(options.capacity)
    this.containerEnd = new ContainerEnd(this.deadlines, options)
  }

  /**
   * The container of that uuid, joining its start, waiting for its end, or starting it; without uuid a new one. What came of
   * a start that was given up since ends: another get had described it.
   *
   * @param start the activation that is asked for, where the coordinator told
   */
  async obtain(kind: ContainerKind, wanted: GetOptions, start?: StartContext): Promise<HostedContainer> {
    for (;;) {
      this.checkOpen()
      const hosted = wanted.uuid === undefined ? undefined : this.table.get(wanted.uuid)
      if (hosted === undefined) {
        const started = await this.joinOrStart(kind, wanted, start)
        if (started !== undefined && started.ended === undefined) return started
      } else if (hosted.ended !== undefined) {
        await hosted.ended
      } else if (hosted.isReplacedBy(start?.token)) {
        await this.end(hosted, startedAnew)
      } else {
        this.checkKind(hosted.uuid, hosted.kind, kind)
        return hosted
      }
    }
  }

  /** The container as it is once its start has ended, or what its start failed with; `NOT_FOUND` when there is none, `CANCELLED` by the signal. */
  async reach(uuid: ContainerUuid, signal?: CancelSignal): Promise<HostedContainer> {
    const hosted = this.table.get(uuid) ?? (await this.starting(uuid, signal))
    if (hosted === undefined) {
      throw this.error('NOT_FOUND', `Container ${uuid} not found on agent ${this.owner.uuid}`, uuid)
    }
    return hosted
  }

  private async starting(uuid: ContainerUuid, signal?: CancelSignal): Promise<HostedContainer | undefined> {
    const start = this.starts.get(uuid)
    return start === undefined ? undefined : await unlessCancelled(start.outcome, signal, () => cancelledWaiting(uuid))
  }

  /** Like {@link reach}, for those to whom an absent container is as good as a present one. */
  async settled(uuid: ContainerUuid): Promise<HostedContainer | undefined> {
    await this.starts.settled(uuid)
    return this.table.get(uuid)
  }

  /** Hosts what exists already; `UUID_CONFLICT` when its uuid lives here, `INVALID_ARGUMENT` when it declares what cannot be. */
  add(parts: HostedParts): void {
    this.checkOpen()
    readTurns(parts.container)
    const { uuid } = parts
    const existing = this.table.get(uuid)
    if ((existing !== undefined && existing.ended === undefined) || this.starts.get(uuid) !== undefined) {
      throw this.error('UUID_CONFLICT', `Agent ${this.owner.uuid} already has a container ${uuid}`, uuid)
    }
    this.host(parts)
  }

  /**
   * Ends the container of that uuid, unless it cannot end yet. What starts is never served, though it ends only once it has
   * started; its waiters get `TERMINATING`.
   */
  async retire(uuid: ContainerUuid, how: RetireOptions): Promise<RetireOutcome> {
    const hosted = this.table.get(uuid)
    if (hosted !== undefined) return await this.end(hosted, how)
    const start = this.starts.get(uuid)
    if (start !== undefined)
      start.doomed ??= this.error('TERMINATING', `Container ${uuid} was terminated while it started`, uuid)
    return {}
  }

  /** Ends it once; never rejects. An end that is final comes after one that was put off. */
  end(hosted: HostedContainer, how: RetireOptions): Promise<RetireOutcome> {
    const { ended } = hosted
    if (ended !== undefined) return how.final ? ended.then((outcome) => this.insist(hosted, how, outcome)) : ended
    const wasActive = hosted.serves
    hosted.state = 'terminating'
    this.owner.ending(hosted)
    // Assigned before the container's code runs, which may ask for its own end again.
    hosted.ended = Promise.resolve().then(async () => await this.finish(hosted, how, wasActive))
    return hosted.ended
  }

  /** What could not end yet goes on: it is wanted again. */
  restore(hosted: HostedContainer): void {
    if (hosted.restore()) this.containerEnd.restore(hosted)
  }

  /** Number of containers here that are not standby, what ends included. */
  get serving(): number {
    let count = 0
    for (const { state } of this.table.all()) if (state !== 'standby') count++
    return count
  }

  /** Resolves when what starts now has started, or failed. */
  async startsSettled(): Promise<void> {
    await Promise.allSettled(this.starts.list().map(async ({ outcome }) => await outcome))
  }

  /** Lets it go as it is. */
  release(hosted: HostedContainer): void {
    const wasActive = hosted.serves
    hosted.state = 'terminating'
    hosted.ended = Promise.resolve({})
    this.owner.ending(hosted)
    this.leave(hosted, wasActive)
  }

  /** Ends everything, bounded in time; what starts is not waited for longer than an end may take. */
  async close(): Promise<void> {
    this.closing ??= this.shutDown()
    await this.closing
  }

  checkOpen(): void {
    if (this.closing !== undefined) throw this.error('CLOSED', `Agent ${this.owner.uuid} is closed`)
  }

  private async joinOrStart(
    kind: ContainerKind,
    wanted: GetOptions,
    context: StartContext | undefined
  ): Promise<HostedContainer | undefined> {
    const { uuid } = wanted
    const earlier = uuid === undefined ? undefined : this.starts.get(uuid)
    if (uuid !== undefined && earlier !== undefined && replaces(context?.token, earlier.token)) {
      const reason = 'the coordinator does not wait for it any more'
      const call = { agentId: this.owner.uuid, kind: earlier.kind, options: { uuid } }
      this.starts.giveUp(uuid, startError(call, 'START_TIMEOUT', reason))
    }
    const current = uuid === undefined ? undefined : this.starts.get(uuid)
    if (current === undefined) return await this.begin(kind, wanted, context).outcome
    if (current.doomed === undefined) {
      this.checkKind(uuid, current.kind, kind)
      return await current.outcome
    }
    await current.outcome.catch(() => {})
    return undefined
  }

  private begin(kind: ContainerKind, wanted: GetOptions, context: StartContext | undefined): Start {
    const factory = this.factories.get(kind)
    if (factory === undefined) {
      const offered = this.factories.size === 0 ? 'none' : [...this.factories.keys()].join(', ')
      const message = `Agent ${this.owner.uuid} has no factory for kind '${kind}'; it has: ${offered}`
      throw new NetworkError('NOT_FOUND', message, { kind, uuid: wanted.uuid, agentId: this.owner.uuid })
    }
    const request = { kind, uuid: wanted.uuid, token: context?.token }
    const call = { agentId: this.owner.uuid, kind, factory, options: wanted, state: context?.state }
    const seat = this.seats.take(call)
    return this.starts.begin(request, async (start) => await this.start(start, call, seat))
  }

  private async start(
    start: Start,
    asked: Omit<StartCall, 'agentEndpoint' | 'timeoutMs' | 'isWanted'>,
    seat: Seat
  ): Promise<HostedContainer> {
    const { kind, options: wanted } = asked
    const factory = seat.during(asked.factory)
    const isWanted = (): boolean => start.doomed === undefined
    const timeoutMs = this.options.startMs(kind)
    const call = { ...asked, factory, agentEndpoint: this.owner.endpoint(), timeoutMs, isWanted }
    const discard = async (result: unknown): Promise<void> => {
      await this.discard(result, kind).finally(() => seat.free())
    }
    const made = await startContainer(this.deadlines, call, discard).catch((error: unknown) => {
      if (codeOf(error) === 'START_TIMEOUT') this.freeLater(seat, call)
      throw error
    })
    for (;;) {
      const existing = this.table.get(made.uuid)
      if (start.doomed !== undefined) {
        await discard(made)
        throw start.doomed
      }
      if (existing === undefined) {
        const { uuid, container, endpoint } = made
        const { labels, extra } = wanted
        const parts = { uuid, container, endpoint, kind, stateless: false, labels, extra: extra as unknown }
        return this.host(parts, start.token, seat)
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
    this.deadlines.after(maxLateness * timeoutMs, () => {
      if (!seat.isTaken) return
      seat.free()
      const { uuid } = options
      this.options.logger.warn('A factory has never answered: its container has no place any more', { kind, uuid })
    })
  }

  private host(parts: HostedParts, token?: ActivationToken, seat?: Seat): HostedContainer {
    const hosted = new HostedContainer({ ...parts, agentId: this.owner.uuid }, Date.now(), seat)
    if (token !== undefined) hosted.activate(token)
    this.table.add(hosted)
    this.owner.hosted(hosted)
    return hosted
  }

  private async insist(hosted: HostedContainer, how: RetireOptions, outcome: RetireOutcome): Promise<RetireOutcome> {
    return outcome.notYet === undefined ? outcome : await this.end(hosted, how)
  }

  private async finish(hosted: HostedContainer, how: RetireOptions, wasActive: boolean): Promise<RetireOutcome> {
    hosted.moves = how.move === true
    const { containerEnd } = this
    const state = hosted.awaitsItsLast ? await hosted.finishing(async () => await containerEnd.last(hosted)) : undefined
    const termination = await containerEnd.run(hosted, how, () => this.leave(hosted, wasActive))
    const { said } = termination
    if (said === undefined) return state === undefined ? {} : { state }
    const preTermination = hosted.postpone(said, Date.now())
    this.owner.postponed()
    termination.onFinished = () => {
      if (hosted.preTermination !== preTermination) return
      preTermination.finished = true
      if (hosted.state === 'pre-terminating') this.owner.finished(hosted)
    }
    if (termination.isFinished) termination.onFinished()
    return { notYet: said }
  }

  private leave(hosted: HostedContainer, wasActive: boolean): void {
    this.table.remove(hosted)
    hosted.gone = true
    hosted.seat?.free()
    this.owner.left(hosted, wasActive)
  }

  /** Ends what a factory made and nobody gets, unless it is hosted here already. */
  private async discard(made: unknown, kind: ContainerKind): Promise<void> {
    const { uuid, container } = (made ?? {}) as Partial<ContainerFactoryResult>
    if (typeof container?.terminate !== 'function') return
    if (uuid !== undefined && this.table.get(uuid)?.container === container) return
    await this.containerEnd.run({ container, kind, uuid }, { reason: 'nobody waits for it any more', final: true })
  }

  private async shutDown(): Promise<void> {
    const ends = [...this.table.all()].map(async (hosted) => await this.end(hosted, agentCloses))
    await Promise.all([...ends, ...this.starts.list().map(async (start) => await this.endStart(start))])
    this.deadlines.close()
  }

  private async endStart(start: Start): Promise<void> {
    const message = `Agent ${this.owner.uuid} was closed while a container of kind '${start.kind}' started`
    const closed = this.error('CLOSED', message)
    start.doomed ??= closed
    const ended = async (): Promise<unknown> => await start.outcome.catch(() => {})
    await bounded(this.deadlines, this.options.terminateMs(start.kind), ended, () => closed).catch(start.abandon)
  }

  private checkKind(uuid: ContainerUuid | undefined, has: ContainerKind, asked: ContainerKind): void {
    if (has === asked) return
    throw this.error('KIND_MISMATCH', `Container ${uuid} is of kind '${has}', not of kind '${asked}'`, uuid)
  }

  private error(code: ErrorCode, message: string, uuid?: ContainerUuid): NetworkError {
    return new NetworkError(code, message, { uuid, agentId: this.owner.uuid })
  }
}

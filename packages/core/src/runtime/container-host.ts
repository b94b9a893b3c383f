// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { StartContext } from '../api/agent'
import type { CancelSignal } from '../api/call'
import type { ContainerFactory, GetOptions } from '../api/container'
import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import type { RetireOptions, RetireOutcome } from '../api/termination'
import type { ActivationToken } from '../api/token'
import { NetworkError, type ErrorCode } from '../errors'
import type { ResolvedAgentOptions } from './agent-options'
import type { Seat } from './agent-seats'
import { cancelledWaiting, unlessCancelled } from './cancelling'
import { ContainerEnd } from './container-end'
import { ContainerStarter } from './container-starter'
import { Deadlines } from './deadlines'
import type { HostOwner } from './host-owner'
import { HostedContainer, type HostedParts } from './hosted-container'
import { HostedTable } from './hosted-table'
import { StartWaits } from './start-waits'
import { readTurns } from './turn-options'

const agentCloses: RetireOptions = { reason: 'its agent closes', final: true }
const startedAnew: RetireOptions = { reason: 'the coordinator had given it up, and starts it anew', final: true }

/** The lives of an agent's containers: from the factory to `onTerminated()`, one at a time for a uuid. */
export class ContainerHost {
  readonly table = new HostedTable()
  readonly starter: ContainerStarter
  private readonly waiting = new StartWaits()
  private readonly deadlines: Deadlines
  private readonly containerEnd: ContainerEnd
  private closing: Promise<void> | undefined

  constructor(
    private readonly owner: HostOwner,
    factories: ReadonlyMap<string, ContainerFactory>,
    options: ResolvedAgentOptions
  ) {
    const { table } = this
    const deadlines = new Deadlines(options.tickManager)
    const containerEnd = new ContainerEnd(deadlines, options)
    const host = this.host.bind(this)
    this.deadlines = deadlines
    this.containerEnd = containerEnd
    this.starter = new ContainerStarter({ owner, factories, options, deadlines, containerEnd, table, host })
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
      const { uuid } = wanted
      const hosted = uuid === undefined ? undefined : this.table.get(uuid)
      if (hosted === undefined) {
        const over = uuid === undefined ? undefined : this.starter.starts.get(uuid)
        const joined = this.starter.joinOrStart(kind, wanted, start)
        if (uuid !== undefined && over?.doomed !== undefined) await this.waiting.until(uuid, joined)
        const started = await joined
        if (started !== undefined && started.ended === undefined) return started
      } else if (hosted.ended !== undefined) {
        await this.waiting.until(hosted.uuid, hosted.ended)
      } else if (hosted.isReplacedBy(start?.token)) {
        await this.waiting.until(hosted.uuid, this.end(hosted, startedAnew))
      } else {
        this.starter.checkKind(hosted.uuid, hosted.kind, kind)
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
    const start = this.starter.starts.get(uuid)
    return start === undefined ? undefined : await unlessCancelled(start.outcome, signal, () => cancelledWaiting(uuid))
  }

  /** Like {@link reach}, for those to whom an absent container is as good as a present one. */
  async settled(uuid: ContainerUuid): Promise<HostedContainer | undefined> {
    await this.starter.starts.settled(uuid)
    return this.table.get(uuid)
  }

  /** Hosts what exists already; `UUID_CONFLICT` when its uuid lives here, `INVALID_ARGUMENT` when it declares what cannot be. */
  add(parts: HostedParts): void {
    this.checkOpen()
    readTurns(parts.container)
    const { uuid } = parts
    const existing = this.table.get(uuid)
    if ((existing !== undefined && existing.ended === undefined) || this.starter.starts.get(uuid) !== undefined) {
      throw this.error('UUID_CONFLICT', `Agent ${this.owner.uuid} already has a container ${uuid}`, uuid)
    }
    this.host(parts)
  }

  /**
   * Ends the container of that uuid, unless it cannot end yet. What starts is never served, though it ends only once it has
   * started; its waiters get `TERMINATING`.
   */
  async retire(uuid: ContainerUuid, how: RetireOptions): Promise<RetireOutcome> {
    const start = this.starter.starts.get(uuid)
    // Mostly nobody starts it, and an error is dear
    if (start !== undefined || this.waiting.has(uuid)) {
      const terminated = this.error('TERMINATING', `Container ${uuid} was terminated while it started`, uuid)
      if (start !== undefined) start.doomed ??= terminated
      this.waiting.fail(uuid, terminated)
    }
    const hosted = this.table.get(uuid)
    return hosted === undefined ? {} : await this.end(hosted, how)
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

  private host(parts: HostedParts, token?: ActivationToken, seat?: Seat): HostedContainer {
    const hosted = new HostedContainer({ agentId: this.owner.uuid, ...parts }, Date.now(), seat)
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
    const state = hosted.awaitsItsLast
      ? await hosted.finishing(async () => await containerEnd.last(hosted, how.copyState))
      : undefined
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

  private async shutDown(): Promise<void> {
    const ends = [...this.table.all()].map(async (hosted) => await this.end(hosted, agentCloses))
    await Promise.all([...ends, this.starter.close()])
    this.deadlines.close()
  }

  private error(code: ErrorCode, message: string, uuid?: ContainerUuid): NetworkError {
    return new NetworkError(code, message, { uuid, agentId: this.owner.uuid })
  }
}

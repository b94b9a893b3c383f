// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  messageOf,
  NetworkError,
  NetworkEventKind,
  schedule,
  type CancelSignal,
  type ContainerKind,
  type ContainerRecord,
  type ContainerUuid,
  type GetOptions,
  type GetResult,
  type TickManager
} from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import { HoldRequests, type HoldQuestion } from './hold-requests'
import type { ResolvedClientOptions } from './options'
import { isElsewhere, ReferenceBook, type HeldContainer, type Location } from './state/reference-book'
import { untilHeard } from './until-heard'
import { Backoff, deferred, Pause, settledWithin, within, type Deferred } from './waits'

/**
 * How many holds are re-established at a time: leaves room for what users ask meanwhile, and, where many clients come back
 * to a coordinator that was restarted, for the agents without which it cannot answer.
 */
const maxAsking = 64

/** How long a release is waited for; it is heard later all the same. */
const releaseMs = 1000

/** Tells that a held container is, or may be, somewhere else. Must not throw. */
export type MovementListener = (uuid: ContainerUuid) => void

interface Trouble {
  readonly backoff: Backoff
  error: NetworkError
  cancel: () => void
}

/** What this client holds: keeps the coordinator's count of it right, through reconnects and restarts. */
export class Holds {
  readonly book = new ReferenceBook()
  private readonly waiting = new Map<ContainerUuid, Set<Deferred<void>>>()
  private readonly locating = new Map<ContainerUuid, Promise<void>>()
  private readonly troubles = new Map<ContainerUuid, Trouble>()
  private readonly queue = new Set<ContainerUuid>()
  private readonly requests: HoldRequests
  /** How many releases are being said of each. */
  private readonly releasing = new Map<ContainerUuid, { count: number }>()
  private readonly pause: Pause
  private asking = 0
  /** Counts the sessions: what was said in an earlier one means nothing in this. */
  session = 0
  private closed = false

  constructor(
    private readonly coordinator: Coordinator,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions,
    private readonly onMovement: MovementListener
  ) {
    this.pause = new Pause(tickManager)
    this.requests = new HoldRequests(coordinator, tickManager, options)
  }

  /** One hold more. An answer that comes after the deadline is given back. */
  get(kind: ContainerKind, options: GetOptions, timeoutMs: number, signal?: CancelSignal): Promise<HeldContainer> {
    const granted = (result: GetResult, late: boolean): HeldContainer => {
      const [uuid] = result
      const before = this.book.get(uuid)?.location
      const isOther = options.uuid !== undefined && options.uuid !== uuid
      if (late || isOther) this.book.unwanted(kind, options, result)
      else this.book.granted(kind, options, result)
      this.noteLocation(uuid, before)
      this.settleWaiting(uuid)
      if (this.book.next(uuid) !== undefined) void this.reconcile(uuid)
      if (isOther) throw this.notAsked(kind, options.uuid, uuid)
      return this.book.get(uuid) as HeldContainer
    }
    return this.requests.get({ kind, request: options, timeoutMs }, granted, signal)
  }

  /** One hold less; resolves when the coordinator knows, or at once while it cannot be told. Never waits for long. */
  async release(uuid: ContainerUuid): Promise<void> {
    if (!this.book.release(uuid)) return
    // Who waits for a hold that nobody wants any more goes on without one
    if (this.isHeld(uuid)) this.settleWaiting(uuid)
    await settledWithin(this.tickManager, releaseMs, this.reconcile(uuid))
  }

  /** The coordinator counts a hold of this client, or need not. */
  isHeld(uuid: ContainerUuid): boolean {
    const row = this.book.get(uuid)
    return row === undefined || row.granted > 0 || row.wanted === 0
  }

  /** Resolves when the coordinator counts a hold of this client. */
  async held(uuid: ContainerUuid, timeoutMs: number): Promise<void> {
    if (this.isHeld(uuid)) return
    const waiter = deferred<void>()
    const waiters = this.waiting.get(uuid) ?? new Set()
    this.waiting.set(uuid, waiters.add(waiter))
    try {
      await within(this.tickManager, timeoutMs, waiter.promise, () => {
        const cause = this.troubles.get(uuid)?.error
        const why = cause === undefined ? 'the coordinator did not answer' : cause.message
        const text = `The hold on container ${uuid} could not be re-established within ${timeoutMs} ms: ${why}`
        return new NetworkError(cause?.code ?? 'DEADLINE_EXCEEDED', text, {
          uuid,
          stage: 're-establishing the hold',
          cause
        })
      })
    } finally {
      waiters.delete(waiter)
      if (waiters.size === 0 && this.waiting.get(uuid) === waiters) this.waiting.delete(uuid)
    }
  }

  /** Asks where a held container is; callers of one moment share the answer. */
  async locate(uuid: ContainerUuid): Promise<void> {
    const row = this.book.get(uuid)
    if (row === undefined || row.granted === 0) return await this.held(uuid, this.options.requestTimeoutMs)
    let locating = this.locating.get(uuid)
    if (locating === undefined) {
      const located = (result: GetResult): void => {
        const before = this.book.get(uuid)?.location
        this.book.located(row.kind, row.request, result)
        this.noteLocation(uuid, before)
        void this.reconcile(uuid)
      }
      locating = this.getAgain(row, located).finally(() => this.locating.delete(uuid))
      this.locating.set(uuid, locating)
    }
    await locating
  }

  /** The coordinator says where a container is, or that it is gone: what is held of that is asked for anew. */
  observe({ uuid, endpoint, agentId, token }: ContainerRecord, event: NetworkEventKind): void {
    // Nor of the holds that it was to let go
    if (event === NetworkEventKind.removed) this.releasing.delete(uuid)
    if (this.book.get(uuid) === undefined) return
    if (event === NetworkEventKind.removed) {
      this.book.lost(uuid)
      void this.reconcile(uuid)
      return
    }
    // A 0.7 coordinator announces a container before it knows its endpoint.
    if (endpoint === '') return
    const moved = this.book.moved(uuid, { endpoint, agentId, ...(token === undefined ? {} : { token }) })
    if (moved) this.onMovement(uuid)
  }

  /** The coordinator knows nothing of this client any more; {@link resume} when it may be told. */
  forgotten(): void {
    this.session++
    this.endReleases()
    this.book.forgotten()
  }

  /** Says everything that remains to be said. */
  resume(): void {
    for (const { cancel } of this.troubles.values()) cancel()
    this.troubles.clear()
    for (const uuid of [...this.book.held.keys()]) void this.reconcile(uuid)
  }

  close(): void {
    this.closed = true
    this.requests.close()
    this.endReleases()
    this.book.clear()
    for (const { cancel } of this.troubles.values()) cancel()
    this.troubles.clear()
    const error = new NetworkError('CLOSED', 'The network client is closed')
    for (const waiters of this.waiting.values()) for (const waiter of waiters) waiter.reject(error)
  }

  /** What of `uuid` is not as it should be is told to the coordinator. Resolves when the releases among it are heard. */
  private async reconcile(uuid: ContainerUuid): Promise<void> {
    const releases: Promise<void>[] = []
    while (!this.closed && this.coordinator.isUp) {
      const action = this.book.next(uuid)
      if (action === undefined) break
      if (action === 'get') {
        this.queue.add(uuid)
        this.pump()
        break
      }
      this.book.released(uuid)
      releases.push(this.sayRelease(uuid))
    }
    await Promise.all(releases)
  }

  private async sayRelease(uuid: ContainerUuid): Promise<void> {
    const said = this.releasing.get(uuid) ?? { count: 0 }
    this.releasing.set(uuid, said)
    said.count++
    const goesOn = (): boolean => this.releasing.get(uuid) === said
    // Without a deadline, or the count would stay wrong. A new session counts anew, and it would take a hold of that
    const say = async (): Promise<unknown> =>
      await this.coordinator.call('cr', { uuid }, { timeoutMs: 0, resend: 'never' })
    try {
      await untilHeard(this.pause, say, goesOn)
    } catch (error) {
      this.options.logger.debug('A release was not acknowledged', { uuid, cause: messageOf(error) })
    } finally {
      if (--said.count === 0 && goesOn()) this.releasing.delete(uuid)
    }
  }

  /** Nobody counts the holds any more that were to be let go. */
  private endReleases(): void {
    this.releasing.clear()
    this.pause.end()
  }

  private pump(): void {
    for (const uuid of this.queue) {
      if (this.asking >= maxAsking) return
      this.queue.delete(uuid)
      if (this.book.next(uuid) === 'get' && !this.troubles.has(uuid)) void this.reestablish(uuid)
    }
  }

  private async reestablish(uuid: ContainerUuid): Promise<void> {
    const row = this.book.get(uuid) as HeldContainer
    const { location } = row
    this.asking++
    this.book.asking(uuid)
    try {
      const granted = (result: GetResult): void => this.book.asked(uuid, result)
      await this.getAgain(row, granted, row.forgotten ? (location.agentId ?? '') : undefined)
      this.troubles.get(uuid)?.cancel()
      this.troubles.delete(uuid)
      this.noteLocation(uuid, location)
      this.settleWaiting(uuid)
    } catch (error) {
      this.book.asked(uuid, undefined)
      this.tryLater(uuid, NetworkError.from(error))
    } finally {
      this.asking--
    }
    void this.reconcile(uuid)
    this.pump()
  }

  /** Asks for what is held already. */
  private getAgain(
    { kind, request }: HeldContainer,
    granted: (result: GetResult) => void,
    restore?: HoldQuestion['restore']
  ): Promise<void> {
    const question = { kind, request, timeoutMs: this.options.getTimeoutMs, restore }
    return this.requests.getPatiently(question, (result, late) => {
      if (!late) return granted(result)
      this.book.unwanted(kind, request, result)
      void this.reconcile(result[0])
    })
  }

  private notAsked(kind: ContainerKind, uuid: ContainerUuid | undefined, got: ContainerUuid): NetworkError {
    const text = `${this.coordinator.name} was asked for container ${uuid} of kind ${kind}, and answered with ${got}, which is given back`
    return new NetworkError('PROTOCOL_ERROR', text, { stage: 'reading the answer of a get', kind, uuid })
  }

  private settleWaiting(uuid: ContainerUuid): void {
    const waiters = this.waiting.get(uuid)
    if (waiters !== undefined) for (const waiter of waiters) waiter.resolve()
  }

  private tryLater(uuid: ContainerUuid, error: NetworkError): void {
    if (this.closed || this.book.get(uuid) === undefined) return
    const trouble = this.troubles.get(uuid) ?? { backoff: new Backoff(100, 5000), error, cancel: () => {} }
    trouble.error = error
    trouble.cancel = schedule(this.tickManager, trouble.backoff.next(), () => {
      // Kept for its delay, but not in the way of the next try.
      if (this.book.next(uuid) === 'get') void this.reestablish(uuid)
      else this.troubles.delete(uuid)
    })
    this.troubles.set(uuid, trouble)
    this.options.logger.warn('A hold could not be re-established yet', { uuid, cause: error.message })
  }

  private noteLocation(uuid: ContainerUuid, before: Location | undefined): void {
    const after = this.book.get(uuid)?.location
    if (before === undefined || after === undefined) return
    if (isElsewhere(before, after)) this.onMovement(uuid)
  }
}

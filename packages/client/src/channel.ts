// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  schedule,
  type CancelSignal,
  type ContainerUuid,
  type EventGap,
  type TickManager
} from '@hcengineering/network-core'
import { ChannelRequests } from './channel-requests'
import type { AskedRequest } from './container-call'
import type { Leg } from './leg'
import { LegOpener, type ChannelHost } from './leg-opener'
import { duration } from './options'
import { final, notThere } from './repeats'
import { Backoff, Deadline, deferred, Pause, settledWithin, unlessAborted, within, type Deferred } from './waits'

/** Who uses a channel: one connection. Must not throw. */
export interface ChannelListener {
  event(data: unknown, bytes?: number): void
  gap(gap: EventGap): void
}

/** How long to wait for an answer to where the container is before the way known is tried again. */
const locateMs = 5000

/** How long a close waits until the container knows. */
const farewellMs = 1000

/** What all connections of this client to one container share: its line, and the healing of it. */
export class Channel {
  /** It was ended. */
  closed = false
  /** What was in the way last. */
  failure: NetworkError | undefined
  /** Never changed, but replaced: whoever goes through them may add and remove some. */
  private listeners: readonly ChannelListener[] = []
  private readonly waiting = new Set<Deferred<Leg>>()
  private readonly retired = new Set<Leg>()
  private readonly opener: LegOpener
  private readonly requests = new ChannelRequests(this)
  /** Until the next try: ends when the container is said to be elsewhere, and with the channel. */
  readonly pause: Pause
  readonly tickManager: TickManager
  private leg: Leg | undefined
  private running = false
  /** There was a leg: its listeners count on the next. */
  private opened = false
  /** The last try was hopeless, and the next is not due yet. */
  private resting = false
  /** Where the container is must be asked before the next try. */
  private relocate = false
  /** What the listeners missed, told before the events of the next leg. */
  private gap: string | undefined
  private cancelDown: (() => void) | undefined

  constructor(
    readonly uuid: ContainerUuid,
    private readonly host: ChannelHost
  ) {
    this.tickManager = host.tickManager
    this.pause = new Pause(host.tickManager)
    this.opener = new LegOpener(uuid, host, {
      event: (data, bytes) => {
        const { listeners } = this
        // Each its own: none sees what another does with it
        for (let n = 0; n < listeners.length; n++) listeners[n].event(n === 0 ? data : cloneValue(data), bytes)
      },
      gap: (gap) => this.tell((listener) => listener.gap(gap)),
      down: (leg, cause) => this.onDown(leg, cause),
      up: (leg) => this.onUp(leg),
      fresh: (leg) => this.onFresh(leg),
      released: (leg) => this.retired.delete(leg)
    })
  }

  get unused(): boolean {
    return this.listeners.length === 0
  }

  /** Adds a connection. It is open when {@link ready} resolves. */
  attach(listener: ChannelListener): void {
    this.listeners = [...this.listeners, listener]
  }

  detach(listener: ChannelListener): void {
    this.listeners = this.listeners.filter((each) => each !== listener)
  }

  /** Resolves with a leg that stands; rejects at the deadline with what was in the way. */
  async ready(deadline: Deadline): Promise<Leg> {
    if (this.closed) throw this.closedError()
    if (this.standing !== undefined) return this.standing
    const waiter = deferred<Leg>()
    this.waiting.add(waiter)
    if (this.leg === undefined) this.establish()
    // Who asks hears at once whether it is hopeless still
    if (this.resting) this.pause.end()
    try {
      return await within(this.tickManager, deadline.leftMs, waiter.promise, () => this.lateError(deadline))
    } finally {
      this.waiting.delete(waiter)
    }
  }

  /** How long a request may take of which its user says nothing. */
  get requestTimeoutMs(): number {
    return this.host.options.requestTimeoutMs
  }

  /** Of a request that begins now. @param timeoutMs what its user says */
  deadline(timeoutMs: number = this.host.options.requestTimeoutMs): Deadline {
    return new Deadline(this.tickManager, duration('timeoutMs', timeoutMs))
  }

  /** Gives the request to the container: now if a leg stands, else when one does. */
  request(asked: AskedRequest): void {
    this.requests.begin(asked)
  }

  /** The coordinator says that the container is elsewhere, or started anew. */
  moved(reason: string): void {
    for (const leg of this.retired) leg.abandon()
    this.opener.forgive()
    this.pause.end()
    const { leg } = this
    // It may be there already, and its requests with it
    if (leg?.line.isUp === true && leg.leadsTo(this.host.latest(this.uuid))) return
    if (leg !== undefined) void this.follow(leg, reason)
    else if (!this.unused) this.establish()
  }

  /** Ends it, for good. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.cancelDown?.()
    this.pause.end()
    for (const waiter of this.waiting) waiter.reject(this.closedError())
    const { leg } = this
    this.leg = undefined
    const retiring = leg?.retire({ moved: false, forgotten: false })
    for (const each of leg === undefined ? this.retired : [...this.retired, leg]) this.orphan(each)
    // Said for as long as it takes; nobody waits for that long.
    if (retiring !== undefined) await settledWithin(this.tickManager, farewellMs, retiring)
  }

  /** The leg, when it can be used now. */
  get standing(): Leg | undefined {
    return !this.closed && this.leg?.line.isUp === true ? this.leg : undefined
  }

  /** Whether that error says that the container is not there: then another leg is looked for. */
  isElsewhere(leg: Leg, error: NetworkError): boolean {
    if (this.closed || !notThere.has(error.code) || leg.line.own) return false
    this.failure = error
    this.leave(leg, error.message, { moved: false, forgotten: false, relocate: true })
    return true
  }

  /** {@link ready} for a request: who has cancelled it holds its data no longer. */
  async readyFor(signal: CancelSignal | undefined, deadline: Deadline): Promise<Leg> {
    return await unlessAborted(signal, async () => await this.ready(deadline))
  }

  /** The coordinator comes back. An agent that does later than this knows nothing of the requests any more. */
  private orphan(leg: Leg): void {
    const { relay, options } = this.host
    if (leg.line !== relay) leg.orphan(this.tickManager, options.aliveTimeoutSeconds * 1000)
  }

  private async follow(leg: Leg, reason: string): Promise<void> {
    // Where the way cannot be found out, it is looked for as after a loss.
    const key = await this.opener.routeKey().catch(() => undefined)
    if (this.leg !== leg) return
    if (key === leg.line.key && leg.line === this.host.relay) {
      // The coordinator takes its connections to the new place by itself.
      this.tellGap(reason)
    } else {
      this.leave(leg, reason, { moved: true, forgotten: false, relocate: false })
    }
  }

  private leave(
    leg: Leg,
    reason: string,
    how: { readonly moved: boolean; readonly forgotten: boolean; readonly relocate: boolean }
  ): void {
    if (this.leg !== leg) return
    this.leg = undefined
    this.cancelDown?.()
    this.gap ??= reason
    this.relocate ||= how.relocate
    this.retired.add(leg)
    leg.retire({ ...how, later: how.moved ? this.host.latest(this.uuid) : undefined }).catch(() => {})
    this.establish()
  }

  private establish(): void {
    if (this.running || this.closed) return
    this.running = true
    void this.tryUntilOpen()
  }

  private async tryUntilOpen(): Promise<void> {
    const backoff = new Backoff(50, 2000)
    let told = false
    while (!this.closed && this.leg === undefined) {
      try {
        // Whichever is first: its answer, or the coordinator's own word that the container moved.
        if (this.relocate) await Promise.race([this.host.locate(this.uuid), this.pause.wait(locateMs)])
        await this.open()
      } catch (error) {
        this.failure = NetworkError.from(error)
        if (final.has(this.failure.code)) {
          for (const waiter of [...this.waiting]) waiter.reject(this.failure)
          this.waiting.clear()
          // Who waited leaves; who was connected may listen without ever asking
          if (!this.opened || this.unused || this.failure.code === 'CLOSED') break
          if (!told) this.tellTrouble(this.failure)
          told = this.resting = true
        }
        this.relocate = true
        if (!this.closed) await this.pause.wait(backoff.next())
        this.resting = false
      }
    }
    this.running = false
  }

  private async open(): Promise<void> {
    const leg = await this.opener.open(() => this.tellGap(this.gap))
    if (this.closed) {
      await leg.retire({ moved: false, forgotten: false })
      return
    }
    this.leg = leg
    // Before anybody had it
    if (leg.forgotten) return this.onFresh(leg)
    this.opened = true
    this.relocate = false
    this.failure = undefined
    if (leg.line.isUp) this.onUp(leg)
    else this.onDown(leg, new Error(`${leg.line.name} was lost`))
  }

  private onFresh(leg: Leg): void {
    const reason = `${leg.line.name} knew nothing of this client any more`
    this.leave(leg, reason, { moved: false, forgotten: true, relocate: false })
  }

  private onUp(leg: Leg): void {
    if (this.leg !== leg) return
    this.cancelDown?.()
    for (const waiter of [...this.waiting]) waiter.resolve(leg)
    this.waiting.clear()
  }

  private onDown(leg: Leg, cause: Error): void {
    if (this.leg !== leg || leg.line === this.host.relay) return
    this.failure = NetworkError.from(cause, 'UNAVAILABLE')
    this.cancelDown?.()
    this.cancelDown = schedule(this.tickManager, this.host.options.directTimeoutMs, () => {
      this.opener.avoid(leg.line.key)
      this.leave(leg, `${leg.line.name} could not be reached`, { moved: false, forgotten: false, relocate: true })
    })
  }

  private tell(what: (listener: ChannelListener) => void): void {
    for (const listener of this.listeners) what(listener)
  }

  private tellGap(reason: string | undefined): void {
    this.gap = undefined
    if (reason !== undefined) this.tell((listener) => listener.gap({ lost: 'unknown', reason }))
  }

  private tellTrouble({ message }: NetworkError): void {
    const { uuid, host } = this
    host.options.logger.warn('A connection could not be made again yet', { container: uuid, cause: message })
    this.tellGap(`the connection could not be made again yet: ${message}`)
  }

  private closedError(): NetworkError {
    return new NetworkError('CLOSED', `The connection to container ${this.uuid} is closed`, { uuid: this.uuid })
  }

  private lateError({ timeoutMs }: Deadline): NetworkError {
    const why = this.failure === undefined ? '' : `: ${this.failure.message}`
    return new NetworkError(
      'DEADLINE_EXCEEDED',
      `No connection to container ${this.uuid} within ${timeoutMs} ms${why}`,
      { uuid: this.uuid, stage: 'waiting for a connection', cause: this.failure }
    )
  }
}

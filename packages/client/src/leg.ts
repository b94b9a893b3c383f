// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  Bag,
  NetworkError,
  compareTokens,
  schedule,
  type ActivationToken,
  type ContainerUuid,
  type EventGap,
  type StreamOpening,
  type StreamPeer,
  type TickManager
} from '@hcengineering/network-core'
import type { ContainerCall } from './container-call'
import { LegStream } from './leg-stream'
import type { Line, LineListener, LineStream } from './line'

/** What a leg tells the channel that took it, until it is left. */
export interface LegHandlers {
  event(data: unknown, bytes?: number): void
  gap(gap: EventGap): void
  down(leg: Leg, cause: Error): void
  up(leg: Leg): void
  fresh(leg: Leg): void
  /** Nothing is pending on it any more, so that its line was given back. */
  released(leg: Leg): void
}

/** Why a leg is left. */
export interface Retirement {
  /** The container is elsewhere: answers that cannot come any more are given up. Otherwise they are waited for. */
  readonly moved: boolean
  /** The other side has no connection left to end. */
  readonly forgotten: boolean
  /** Of the activation that the container has elsewhere, where that is known. */
  readonly later?: ActivationToken
}

const movedMeanwhile = 'was lost; the container moved meanwhile'

const nothing = (): void => {}

let legs = 0

const deaf: LineListener = { event: nothing, gap: nothing, down: nothing, up: nothing, fresh: nothing }

/** One channel's use of one line, from its connect to its disconnect: a channel that moves takes another leg. */
export class Leg {
  /** Larger than that of any leg before it. */
  private readonly number = ++legs
  /** Requests that wait for their answers. */
  private readonly pending = new Bag<ContainerCall>()
  private readonly streams = new Set<LegStream>()
  private stopListening: () => void
  private retired = false
  private moved = false
  private released = false
  private loseOrphan: (() => void) | undefined
  private cancelPatience: (() => void) | undefined
  private token: ActivationToken | undefined
  private heard = false
  private ended = false

  /** @param giveBack gives the line back */
  constructor(
    readonly line: Line,
    readonly uuid: ContainerUuid,
    private readonly handlers: LegHandlers,
    private readonly giveBack: () => void
  ) {
    // From before the connect: what a container broadcasts inside connect() comes before its answer.
    this.stopListening = line.listen(uuid, {
      event: (data, bytes) => handlers.event(data, bytes),
      gap: (gap) => handlers.gap(gap),
      down: (cause) => handlers.down(this, cause),
      up: () => handlers.up(this),
      fresh: () => {
        this.ended ||= this.heard
        handlers.fresh(this)
      }
    })
  }

  /** The other side has forgotten it since it was opened. */
  get forgotten(): boolean {
    return this.ended
  }

  async open(timeoutMs: number): Promise<void> {
    this.token = await this.line.connect(this.uuid, this.number, timeoutMs, () => (this.heard = true))
  }

  /** Whether it leads to that activation, or a later one: as far as anybody said. */
  leadsTo(token: ActivationToken | undefined): boolean {
    return this.token !== undefined && compareTokens(token, this.token) <= 0
  }

  /** Whether that is a later activation than the one it leads to. */
  isBefore(token: ActivationToken | undefined): boolean {
    return this.token !== undefined && !this.leadsTo(token)
  }

  request(call: ContainerCall): void {
    const { operation, data } = call.asked
    call.take(this)
    this.pending.add(call)
    this.line.request(this.uuid, operation, data, call)
  }

  /** Opens a stream, which stays on this leg for good. */
  async openStream(asked: LineStream, opening: StreamOpening, asker: StreamPeer): Promise<StreamPeer> {
    const stream = new LegStream(asker, (over) => {
      this.streams.delete(over)
      this.tidy()
    })
    this.streams.add(stream)
    try {
      return stream.with(await this.line.openStream(asked, opening, stream))
    } catch (error) {
      stream.refused()
      throw error
    }
  }

  /** That call of its own is over. */
  settled(call: ContainerCall): void {
    this.pending.delete(call)
    this.tidy()
  }

  /** The channel leaves this leg: its events end, answers are still waited for. */
  async retire({ moved, forgotten, later }: Retirement): Promise<void> {
    if (this.retired) return
    this.retired = true
    this.stopListening()
    this.stopListening = this.line.listen(this.uuid, {
      ...deaf,
      down: () => this.onDown(),
      up: () => this.endPatience(),
      fresh: () => this.endPatience()
    })
    if (moved) this.abandon()
    try {
      if (!forgotten) await this.line.disconnect(this.uuid, this.number, later)
    } catch {
      // The session ended, and the connection with it.
    }
    this.tidy()
  }

  /** The container is elsewhere now: who waits for an answer on a line that is lost, or silent, waits in vain. */
  abandon(): void {
    this.moved = true
    if (!this.line.isUp) this.giveUp(movedMeanwhile)
    else if (this.pending.size > 0) this.line.doubt()
  }

  /** Nobody will tell it that the container is elsewhere: it gives up a line that stays lost for as long as this. */
  orphan(tickManager: TickManager, patienceMs: number): void {
    this.loseOrphan = () => {
      this.cancelPatience ??= schedule(tickManager, patienceMs, () => this.giveUp(`stays lost for ${patienceMs} ms`))
    }
    if (!this.line.isUp) this.loseOrphan()
  }

  private endPatience(): void {
    this.cancelPatience?.()
    this.cancelPatience = undefined
  }

  private onDown(): void {
    if (this.moved) this.giveUp(movedMeanwhile)
    else this.loseOrphan?.()
  }

  private giveUp(why: string): void {
    for (const call of this.pending.all()) call.reject(this.lostError('sent', why))
    for (const stream of [...this.streams]) stream.end(this.lostError('streaming', why))
  }

  private lostError(what: string, why: string): NetworkError {
    const { uuid } = this
    const { name } = this.line
    const stage = what === 'sent' ? `sent to ${name} and not answered` : `streaming from ${name}`
    const text = `${what === 'sent' ? 'Sent to' : 'Streaming from'} ${name}, which ${why}`
    return new NetworkError('OUTCOME_UNKNOWN', text, { uuid, stage })
  }

  private tidy(): void {
    if (!this.retired || this.released || this.pending.size > 0 || this.streams.size > 0) return
    this.released = true
    this.endPatience()
    this.stopListening()
    this.giveBack()
    this.handlers.released(this)
  }
}

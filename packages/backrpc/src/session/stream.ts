// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError, StreamPeer } from '@hcengineering/network-core'
import type { Sendable, StreamOpening } from '../wire/message'
import { Inflow } from './stream-inflow'
import { Outflow } from './stream-outflow'

/** Who keeps streams. */
export interface StreamKeeper {
  /** Bytes that one of its streams may have on their way. */
  readonly windowBytes: number
  /** It has something to send. */
  ready(stream: Stream): void
  /** Both directions are over, and the peer knows it. */
  forget(stream: Stream): void
}

/** One stream of a session, as one side has it. */
export class Stream {
  /** Who is told what comes; set by the runtime. */
  owner: StreamPeer | undefined
  /** The peer has it: until then what becomes of the request that opens it is all there is to say. */
  opened: boolean
  readonly outflow: Outflow
  readonly inflow: Inflow
  /** What who asked for it takes at first, as far as it counts. */
  readonly opening: StreamOpening

  /**
   * @param number twice that of the request, and one more where the peer made it
   * @param ofAnswer it carries the parts of the answer to that request
   */
  constructor(
    readonly number: number,
    private readonly keeper: StreamKeeper,
    opening: StreamOpening,
    readonly ofAnswer: boolean = false
  ) {
    const { items, bytes, input } = opening
    this.opened = !this.asked || ofAnswer
    this.outflow = new Outflow(ofAnswer)
    this.inflow = new Inflow(this.asked || input)
    this.opening = this.asked ? opening : { ...opening, ...this.outflow.grant(items, bytes, keeper.windowBytes) }
    if (this.asked) {
      this.inflow.grant(items, bytes, true)
      if (!input) this.outflow.close()
    }
  }

  /** We asked for it. */
  get asked(): boolean {
    return this.number % 2 === 0
  }

  /** Of the request that opened it. */
  get sequence(): number {
    return Math.floor(this.number / 2)
  }

  /** It has ended here; the peer may not know it. */
  get ended(): boolean {
    return this.inflow.closed && this.outflow.finished
  }

  get over(): boolean {
    return this.outflow.closed && this.inflow.closed && this.inflow.due === undefined
  }

  /** Answers how many bytes it has. Throws `UNSUPPORTED_VALUE` or `TOO_LARGE`. */
  item(value: unknown): number {
    const body = this.outflow.bodyOf(value)
    this.outflow.write(body)
    this.keeper.ready(this)
    return body.size
  }

  end(error?: NetworkError): void {
    this.outflow.end(error)
    this.keeper.ready(this)
  }

  grant(items: number, bytes: number): void {
    this.inflow.grant(items, bytes)
    this.keeper.ready(this)
  }

  stop(): void {
    this.inflow.stop()
    this.keeper.ready(this)
  }

  /** Ends both directions, at once. */
  abort(error: NetworkError): void {
    this.opened = true
    this.inflow.stop()
    this.outflow.abort(error)
    this.keeper.ready(this)
  }

  /** It was never opened: the peer knows nothing of it. */
  drop(): void {
    this.owner = undefined
    this.outflow.close()
    this.keeper.forget(this)
  }

  /** The request that opens it has failed. @param error what the peer is told, should it have it all the same */
  refused(sent: boolean, error: NetworkError): void {
    this.owner = undefined
    if (sent) this.abort(error)
    else this.drop()
  }

  /** What goes next. */
  peek(): Sendable | undefined {
    const { inflow, outflow, number: stream } = this
    switch (inflow.due) {
      case 'stop':
        return { kind: 'stop', stream }
      case 'grant':
        return { kind: 'grant', stream, ...inflow.granted }
      default:
        return outflow.peek(stream)
    }
  }

  /** The transport has it. */
  sent(): void {
    if (this.inflow.due === undefined) this.outflow.sent()
    else this.inflow.told()
    if (this.over) this.keeper.forget(this)
  }

  rewind(): void {
    this.inflow.rewind()
    this.outflow.rewind()
    this.keeper.ready(this)
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { sizeOf, type Frames } from '../wire/frames'
import type { SendResult } from './transport'

/** What one end of a connection does with what arrives. */
export interface MemoryEnd {
  /** Name of the node it is on. */
  readonly node: string
  message(frames: Frames): void
  /** The other end left, after everything it sent. */
  ended(): void
  writable(): void
}

/** How a network of memory delivers: later, and only when nothing stands in the way. */
export interface MemoryRules {
  defer(fn: () => void): void
  passes(from: string, to: string): boolean
  readonly maxQueuedBytes: number
}

type Parcel = Frames | 'end'

/** One direction of one connection: ordered, and lossless while the connection stands. */
export class MemoryLane {
  private queue: Parcel[] = []
  private bytes = 0
  private full = false
  private open = true

  constructor(
    private readonly rules: MemoryRules,
    private readonly from: MemoryEnd,
    private readonly to: MemoryEnd
  ) {}

  send(frames: Frames): SendResult {
    if (!this.open) return 'gone'
    const size = sizeOf(frames)
    if (this.bytes > 0 && this.bytes + size > this.rules.maxQueuedBytes) {
      this.full = true
      return 'full'
    }
    this.push(frames)
    return 'sent'
  }

  /** Takes it, however much is under way already. */
  push(frames: Frames): void {
    if (!this.open) return
    this.bytes += sizeOf(frames)
    this.put(frames)
  }

  /** The sender leaves: what it sent arrives, then the news. */
  end(): void {
    if (this.open) this.put('end')
  }

  /** Nothing arrives any more. */
  cut(): void {
    this.open = false
    this.queue = []
    this.bytes = 0
  }

  /** Something that stood in the way may have gone. */
  retry(): void {
    this.queue.forEach(() => this.rules.defer(() => this.deliver()))
  }

  private put(parcel: Parcel): void {
    this.queue.push(parcel)
    this.rules.defer(() => this.deliver())
  }

  /** Whichever deferred call comes first delivers what was sent first. */
  private deliver(): void {
    if (!this.open || !this.rules.passes(this.from.node, this.to.node)) return
    const parcel = this.queue.shift()
    if (parcel === undefined) return
    if (parcel === 'end') {
      this.cut()
      this.to.ended()
      return
    }
    this.bytes -= sizeOf(parcel)
    this.to.message(parcel)
    if (!this.full || this.bytes * 2 > this.rules.maxQueuedBytes) return
    this.full = false
    this.rules.defer(() => this.from.writable())
  }
}

/** A connection between two ends. */
export class MemoryConnection {
  readonly toServer: MemoryLane
  readonly toClient: MemoryLane
  open = true

  constructor(
    private readonly rules: MemoryRules,
    readonly client: MemoryEnd,
    readonly server: MemoryEnd
  ) {
    this.toServer = new MemoryLane(rules, client, server)
    this.toClient = new MemoryLane(rules, server, client)
  }

  /** Breaks it: what is under way is lost, and both ends are told. */
  break(): void {
    if (!this.open) return
    this.drop()
    this.rules.defer(() => this.client.ended())
    this.rules.defer(() => this.server.ended())
  }

  /** Ends both directions without telling anybody. */
  drop(): void {
    this.open = false
    this.toServer.cut()
    this.toClient.cut()
  }

  retry(): void {
    this.toServer.retry()
    this.toClient.retry()
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container, ContainerKind } from '@hcengineering/network-core'
import { factoryOf } from './factory'

export const fanKind = 'fan' as ContainerKind

/** An event as readers check it: numbers go up by one. */
export interface FanEvent {
  readonly n: number
  readonly text: string
}

/** What one `burst` did. */
export interface FanResult {
  /** Events accepted for sending, over all clients. */
  readonly accepted: number
  /** Events refused: their reader is cut off or gone. */
  readonly refused: number
}

/** Tells all its clients the same events. */
export class FanContainer implements Container {
  /** All of this process. */
  static readonly all = new Set<FanContainer>()
  private readonly clients = new Map<string, (event: FanEvent) => Promise<void>>()
  private accepted = 0
  private refused = 0
  private next = 0

  constructor() {
    FanContainer.all.add(this)
  }

  request: Container['request'] = async () => this.clients.size
  ping = async (): Promise<void> => {}
  terminate = async (): Promise<void> => {
    FanContainer.all.delete(this)
  }

  connect: Container['connect'] = (clientId, broadcast) => {
    this.clients.set(clientId, broadcast)
  }

  disconnect: Container['disconnect'] = (clientId) => {
    this.clients.delete(clientId)
  }

  /** So many chunks, each with its number in front. */
  async *stream(_operation: string, { chunks, bytes }: { chunks: number; bytes: number }): AsyncIterable<Uint8Array> {
    const chunk = Buffer.alloc(bytes)
    for (let number = 0; number < chunks; number++) {
      chunk.writeUInt32BE(number)
      yield chunk
    }
  }

  /** `bursts` turns of the event loop, in each that many events to each client. */
  async burst({ bursts, events, text }: { bursts: number; events: number; text: string }): Promise<FanResult> {
    this.accepted = this.refused = 0
    for (let burst = 0; burst < bursts; burst++) {
      for (let i = 0; i < events; i++) {
        const event: FanEvent = { n: this.next++, text }
        for (const broadcast of this.clients.values()) broadcast(event).then(this.onAccepted, this.onRefused)
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    return { accepted: this.accepted, refused: this.refused }
  }

  private readonly onAccepted = (): void => {
    this.accepted++
  }

  private readonly onRefused = (): void => {
    this.refused++
  }
}

/** Makes fan containers that are reached over their agent. */
export const fanFactory = factoryOf(() => new FanContainer())

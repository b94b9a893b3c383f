// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '../errors'
import { accepted } from './accepted'

/** Receives one event of a container for one connection. */
export type Broadcast = (data: unknown) => Promise<void>

/** One client's line to one container: all its connections together. */
export class ClientLink {
  private readonly broadcasts = new Set<Broadcast>()
  /** The broadcast, where there is one, as mostly. */
  private only: Broadcast | undefined
  private closed = false

  /** The same function twice is one connection. */
  add(broadcast: Broadcast): void {
    this.broadcasts.add(broadcast)
    this.choose()
  }

  /** Answers whether it was the last. */
  remove(broadcast: Broadcast): boolean {
    this.broadcasts.delete(broadcast)
    this.choose()
    return this.broadcasts.size === 0
  }

  close(): void {
    this.closed = true
    this.broadcasts.clear()
    this.choose()
  }

  private choose(): void {
    this.only = this.broadcasts.size === 1 ? [...this.broadcasts][0] : undefined
  }

  /**
   * Sends one event to each connection. Resolves when it was accepted, rejects when no connection took it. Containers
   * rarely look at the answer: a rejection that nobody sees must not end the process.
   */
  readonly send: Broadcast = (data) => {
    let sent: Promise<void>
    try {
      sent = this.only === undefined ? this.deliver(data) : this.only(data)
    } catch (error) {
      sent = Promise.reject(error as Error)
    }
    if (sent !== accepted) sent.catch(() => {})
    return sent
  }

  private async deliver(data: unknown): Promise<void> {
    if (this.closed) throw new NetworkError('CLOSED', 'The client has disconnected from this container')
    const outcomes = await Promise.allSettled([...this.broadcasts].map(async (broadcast) => await broadcast(data)))
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
    if (failures.length > 0 && failures.length === outcomes.length)
      throw NetworkError.from(failures[0].reason, 'CLOSED')
  }
}

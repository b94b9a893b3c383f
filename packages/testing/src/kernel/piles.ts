// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientTransportHandlers } from '@hcengineering/network-backrpc'

/** Told around what is read together. */
export type BatchHandlers = Pick<ClientTransportHandlers, 'batchBegins' | 'batchEnds'>

/** Messages of one connection that are read together: TCP has them in one piece where their reader was busy. */
export class Pile {
  private items: (() => void)[] = []

  /** @param later runs it when the reader has time; `undefined`: each message is read as it comes */
  constructor(
    private readonly handlers: BatchHandlers,
    private readonly later: ((run: () => void) => void) | undefined
  ) {}

  add(item: () => void): void {
    if (this.later === undefined) return item()
    this.items.push(item)
    if (this.items.length === 1) this.later(() => this.read())
  }

  /** What has come is read before news of the connection's end. */
  read(): void {
    const { handlers, items } = this
    if (items.length === 0) return
    this.items = []
    handlers.batchBegins?.()
    for (const item of items) item()
    handlers.batchEnds?.()
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CancelSignal, ClientUuid } from '@hcengineering/network-core'

/** Gets that wait, by the number that their client gave them, so that it can take them back. */
export class Asks {
  private readonly waiting = new Map<ClientUuid, Map<number, AbortController>>()

  /** Runs a get. Without a number it cannot be taken back. */
  async during<T>(
    client: ClientUuid,
    ask: number | undefined,
    run: (signal: CancelSignal | undefined) => Promise<T>
  ): Promise<T> {
    if (ask === undefined) return await run(undefined)
    const controller = new AbortController()
    const asks = this.waiting.get(client) ?? new Map<number, AbortController>()
    this.waiting.set(client, asks.set(ask, controller))
    try {
      return await run(controller.signal)
    } finally {
      if (asks.get(ask) === controller) asks.delete(ask)
      if (asks.size === 0 && this.waiting.get(client) === asks) this.waiting.delete(client)
    }
  }

  cancel(client: ClientUuid, ask: number): void {
    this.waiting.get(client)?.get(ask)?.abort()
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { onAbort, type CancelSignal, type ClientUuid } from '@hcengineering/network-core'

/** How the client of a get can take it back. */
export interface AskEnds {
  /** Of the request that carries it: nobody waits for its answer any more. */
  readonly signal: CancelSignal
  /** Its number, by which a client that waits for the answer all the same takes it back. */
  readonly ask: number | undefined
}

/** Gets that wait, by the number that their client gave them, so that it can take them back. */
export class Asks {
  private readonly waiting = new Map<ClientUuid, Map<number, AbortController>>()

  /** Runs a get. */
  during<T>(client: ClientUuid, { ask, signal }: AskEnds, run: (signal: CancelSignal) => Promise<T>): Promise<T> {
    return ask === undefined ? run(signal) : this.cancellable(client, ask, signal, run)
  }

  cancel(client: ClientUuid, ask: number): void {
    this.waiting.get(client)?.get(ask)?.abort()
  }

  private async cancellable<T>(
    client: ClientUuid,
    ask: number,
    signal: CancelSignal,
    run: (signal: CancelSignal) => Promise<T>
  ): Promise<T> {
    const controller = new AbortController()
    const stop = onAbort(signal, () => controller.abort())
    const asks = this.waiting.get(client) ?? new Map<number, AbortController>()
    this.waiting.set(client, asks.set(ask, controller))
    try {
      return await run(controller.signal)
    } finally {
      stop()
      if (asks.get(ask) === controller) asks.delete(ask)
      if (asks.size === 0 && this.waiting.get(client) === asks) this.waiting.delete(client)
    }
  }
}

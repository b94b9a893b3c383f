// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, type Logger, type NetworkEvent, type NetworkUpdateListener } from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import type { ResolvedClientOptions } from './options'

/** Those who want the events of the whole network. The coordinator is told of the first of them, in every session. */
export class NetworkWatch {
  private readonly listeners = new Set<{ readonly call: NetworkUpdateListener }>()
  private readonly logger: Logger

  constructor(
    private readonly coordinator: Coordinator,
    private readonly options: ResolvedClientOptions
  ) {
    this.logger = options.logger
  }

  /** The answer ends it. */
  add(listener: NetworkUpdateListener): () => void {
    const entry = { call: listener }
    this.listeners.add(entry)
    if (this.listeners.size === 1 && this.coordinator.isUp) this.say()
    return () => this.listeners.delete(entry)
  }

  /** The coordinator knows nothing of it any more. */
  renew(): void {
    if (this.listeners.size > 0) this.say()
  }

  /** Calls every listener, in order; what one throws is logged. */
  deliver(event: NetworkEvent): void {
    for (const { call } of [...this.listeners]) {
      void (async () => await call(event))().catch((error) => {
        this.logger.warn('A listener of network events failed', { cause: messageOf(error) })
      })
    }
  }

  private say(): void {
    // Without a deadline: unheard, there would be no events for the rest of the session. Each new one is told anew.
    const call = { timeoutMs: 0, resend: false }
    this.coordinator.call('nw', {}, call).catch((error) => {
      // A 0.7 coordinator knows no such operation, and sends events unasked.
      this.logger.debug('The coordinator was not told to send network events', { cause: messageOf(error) })
    })
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  messageOf,
  type Logger,
  type NetworkEvent,
  type NetworkUpdateListener,
  type TickManager
} from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import type { ResolvedClientOptions } from './options'
import { untilHeard } from './until-heard'
import { Pause } from './waits'

/** Those who want the events of the whole network. The coordinator is told of the first of them, in every session. */
export class NetworkWatch {
  private readonly listeners = new Set<{ readonly call: NetworkUpdateListener }>()
  private readonly logger: Logger
  private readonly pause: Pause
  /** Counts how often it began to say it. */
  private said = 0

  constructor(
    private readonly coordinator: Coordinator,
    tickManager: TickManager,
    options: ResolvedClientOptions
  ) {
    this.logger = options.logger
    this.pause = new Pause(tickManager)
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

  /** Nobody listens any more. */
  close(): void {
    this.listeners.clear()
    this.pause.end()
  }

  private say(): void {
    const said = ++this.said
    const goesOn = (): boolean => said === this.said && this.listeners.size > 0
    // Without a deadline: unheard, there would be no events for the rest of the session. Each new one is told anew.
    const call = { timeoutMs: 0, resend: false }
    untilHeard(this.pause, async () => await this.coordinator.call('nw', {}, call), goesOn).catch((error) => {
      // A 0.7 coordinator knows no such operation, and sends events unasked.
      this.logger.debug('The coordinator was not told to send network events', { cause: messageOf(error) })
    })
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { MemoryNetwork, type Transport } from '@hcengineering/network-backrpc'
import type { ClientUuid, Logger } from '@hcengineering/network-core'
import { FakeTickManager } from '@hcengineering/network-core/testing'
import { NetworkClientImpl } from '../network-client'
import type { NetworkClientOptions } from '../options'
import { ScriptedCoordinator } from './scripted-coordinator'

/** Virtual time, a network in memory and a coordinator by script; nodes: `coordinator`, `client` and what tests name. */
export class World {
  readonly ticks = new FakeTickManager()
  readonly network = new MemoryNetwork({ schedule: (delayMs, fn) => this.ticks.schedule(delayMs, fn) })
  readonly coordinator = new ScriptedCoordinator(this.network, this.ticks)
  /** What was logged at warn or above. */
  readonly warnings: string[] = []
  readonly logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (message, fields) => {
      this.warnings.push(`${message}: ${String(fields?.cause)}`)
    },
    error: (message, fields) => {
      this.warnings.push(`${message}: ${String(fields?.error)}`)
    }
  }

  node(name: string): Transport {
    return this.network.node(name)
  }

  /** A client on a node of its name. */
  client(name: string = 'client', options: NetworkClientOptions = {}): NetworkClientImpl {
    return new NetworkClientImpl('coordinator', 3737, this.ticks, undefined, {
      clientId: name as ClientUuid,
      logger: this.logger,
      socketOptions: { transport: this.node(name) },
      ...options
    })
  }

  /** A running coordinator and a connected client. */
  async connected(): Promise<NetworkClientImpl> {
    this.coordinator.start()
    const client = this.client()
    await this.pass()
    return client
  }

  /** Lets everything happen that is ready, and what becomes due within `ms`. */
  async pass(ms: number = 0): Promise<void> {
    await this.ticks.advance(ms)
    await this.ticks.advance(0)
  }

  /** {@link pass} in steps: what waits for something that comes after a wait gets its turn. */
  async passSteps(ms: number, stepMs: number = 50): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) await this.pass(stepMs)
  }

  /** What became of a promise, without waiting for it: its value, its error's code, or `pending`. */
  watch(promise: Promise<unknown>): { outcome: unknown } {
    const watched: { outcome: unknown } = { outcome: 'pending' }
    promise.then(
      (value) => (watched.outcome = value),
      (error: { code?: string }) => (watched.outcome = error.code ?? String(error))
    )
    return watched
  }
}

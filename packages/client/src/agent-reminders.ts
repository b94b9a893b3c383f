// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkError,
  type AgentUuid,
  type CoordinatorOperations,
  type Reminder,
  type ReminderKeeper,
  type ReminderOptions,
  type ReminderOwner,
  type TickManager
} from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import type { ResolvedClientOptions } from './options'
import { Deadline, Pause } from './waits'

/** Asks the coordinator for the reminders of one agent's containers: again, when it has been restarted meanwhile. */
export class AgentReminders implements ReminderKeeper {
  constructor(
    private readonly agent: AgentUuid,
    private readonly coordinator: Coordinator,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {}

  async set(owner: ReminderOwner, name: string, options: ReminderOptions): Promise<void> {
    await this.call('rs', { agent: this.agent, ...owner, name, ...options })
  }

  async cancel(owner: ReminderOwner, name: string): Promise<boolean> {
    return (await this.call('rc', { agent: this.agent, ...owner, name })) === true
  }

  async list(owner: ReminderOwner): Promise<Reminder[]> {
    return await this.call('rl', { agent: this.agent, ...owner })
  }

  private async call<N extends 'rs' | 'rc' | 'rl'>(
    name: N,
    params: CoordinatorOperations[N]['params']
  ): Promise<CoordinatorOperations[N]['result']> {
    const deadline = new Deadline(this.tickManager, this.options.requestTimeoutMs)
    for (;;) {
      if (!this.coordinator.isUp) await this.coordinator.waitConnection(deadline.leftMs)
      if (!this.coordinator.grantsLeases) {
        throw new NetworkError('UNKNOWN_OPERATION', `${this.coordinator.name} keeps no reminders; upgrade it to 0.8`)
      }
      try {
        return await this.coordinator.call(name, params, { timeoutMs: deadline.leftMs, resend: true })
      } catch (error) {
        // It does not know the container yet: it was just started, or the coordinator was
        const { code, retryAfterMs } = NetworkError.from(error)
        if (code !== 'UNAVAILABLE' || retryAfterMs === undefined || deadline.expired) throw error
        await new Pause(this.tickManager).wait(retryAfterMs)
      }
    }
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationContext, ReminderKeeper, Timers } from '../api/activation'
import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import type { Logger } from '../api/logger'
import type { TickManager } from '../api/time'
import type { ActivationToken } from '../api/token'
import { messageOf } from '../errors'
import type { AgentLease } from './agent-lease'
import { contain } from './contain'
import { ContainerReminders } from './container-reminders'
import { ContainerTimers, timerFailure } from './container-timers'
import type { HostedContainer } from './hosted-container'

/** What activations need of their agent. */
export interface ActivationsHost {
  readonly tickManager: TickManager
  readonly logger: Logger
  readonly lease: AgentLease
  keeper(): ReminderKeeper | undefined
  /** Runs that in a turn, where the container takes turns. */
  inTurn(hosted: HostedContainer, work: () => Promise<void>): Promise<void>
}

/** One container, for as long as it serves here. */
class Activation implements ActivationContext {
  readonly reminders: ContainerReminders
  private readonly ownTimers: ContainerTimers
  private readonly ending = new AbortController()

  constructor(
    private readonly hosted: HostedContainer,
    private readonly host: ActivationsHost
  ) {
    const { tickManager, logger, keeper } = host
    this.reminders = new ContainerReminders(hosted, keeper)
    this.ownTimers = new ContainerTimers(hosted, {
      tickManager,
      admitted: async () => await this.admitted(),
      inTurn: async (work) => await host.inTurn(hosted, work),
      failed: (error) => logger.warn(...timerFailure(hosted, error))
    })
  }

  get uuid(): ContainerUuid {
    return this.hosted.uuid
  }

  get kind(): ContainerKind {
    return this.hosted.kind
  }

  get token(): ActivationToken | undefined {
    return this.hosted.token
  }

  get timers(): Timers {
    return this.ownTimers
  }

  end(): void {
    this.ownTimers.end()
    this.ending.abort()
  }

  /** Others may serve it by now, or its end has begun and may be put off: then it is waited for. */
  private async admitted(): Promise<boolean> {
    const { hosted, host, ending } = this
    while (!ending.signal.aborted) {
      if (hosted.serves && host.lease.covers(hosted.kind)) return true
      await host.lease.change(ending.signal)
    }
    return false
  }
}

/** The activations of an agent's containers; most are never asked for anything, and cost nothing. */
export class Activations {
  private readonly running = new Map<HostedContainer, Activation>()

  constructor(private readonly host: ActivationsHost) {}

  /** It serves from now on: tells its container. */
  begin(hosted: HostedContainer): void {
    const { container, uuid, kind } = hosted
    if (typeof container.activated !== 'function') return
    contain(
      () => container.activated?.(this.of(hosted)),
      (error) =>
        this.host.logger.warn('A container failed when it was activated', { uuid, kind, error: messageOf(error) })
    )
  }

  /** That of a container. Asked for after its end, it is one that has ended. */
  of(hosted: HostedContainer): ActivationContext {
    const known = this.running.get(hosted)
    if (known !== undefined) return known
    const activation = new Activation(hosted, this.host)
    if (hosted.gone || hosted.state === 'standby') activation.end()
    else this.running.set(hosted, activation)
    return activation
  }

  /** It serves no more. */
  end(hosted: HostedContainer): void {
    const activation = this.running.get(hosted)
    this.running.delete(hosted)
    activation?.end()
  }
}

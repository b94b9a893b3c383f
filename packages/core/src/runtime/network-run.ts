// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../api/time'
import type { ActivationToken } from '../api/token'
import type { NetworkKernel } from './network-kernel'
import type { NetworkOptions } from './network-options'

/** One run of a coordinator among those before and after it: its place in their order, and what is believed of them. */
export class NetworkRun {
  private readonly startedAt: number

  constructor(
    private readonly kernel: NetworkKernel,
    private readonly tickManager: TickManager,
    private readonly aliveTimeoutMs: number,
    { voided, leases }: NetworkOptions
  ) {
    this.startedAt = tickManager.now()
    if (voided !== undefined) kernel.state.void(voided)
    if (leases !== undefined) kernel.apply((now) => kernel.state.beginRecovery(now, leases))
  }

  /** First part of the activation tokens of this run. */
  get epoch(): number {
    return this.kernel.state.epoch
  }

  /** The last token that was given or seen: every activation until now has this or a smaller one. */
  get lastToken(): ActivationToken {
    return this.kernel.state.lastToken
  }

  /** One that is given to nothing: larger than every token until now, and than every answer to a registration. */
  newToken(): ActivationToken {
    return this.kernel.state.newToken()
  }

  /**
   * The epoch of this run, after one that somebody knows if that is larger: it is believed only while this run is young.
   * Later it may be that of another coordinator which has taken the place of this one.
   */
  epochAfter(known: number | undefined): number {
    if (known !== undefined && known > this.epoch && this.isYoung) this.kernel.state.seeEpoch(known)
    return this.epoch
  }

  /**
   * A peer remembers an earlier coordinator: for the alive timeout nothing is started whose whereabouts cannot be known.
   * Believed only while this run is younger than that: later, everybody has given the earlier one up, unless they are
   * coming back all the while.
   */
  beginRecovery(): void {
    const { state } = this.kernel
    if (this.isYoung || state.recovering) this.kernel.apply((now) => state.beginRecovery(now))
  }

  private get isYoung(): boolean {
    return this.tickManager.now() - this.startedAt < this.aliveTimeoutMs
  }
}

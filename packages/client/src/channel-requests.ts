// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue } from '@hcengineering/network-backrpc'
import type { NetworkError } from '@hcengineering/network-core'
import type { Channel } from './channel'
import { ContainerCall, fail, type AskedRequest } from './container-call'
import type { Leg } from './leg'

/** The requests to one container: over one leg after the other, while the container is elsewhere and their time lasts. */
export class ChannelRequests {
  constructor(private readonly channel: Channel) {}

  /** Gives it to the container: now if a leg stands, else when one does. */
  begin(asked: AskedRequest): void {
    const leg = this.channel.standing
    // It begins now: nothing of its time is over
    if (leg !== undefined) leg.request(new ContainerCall(asked, 1, asked.deadline.timeoutMs, this.goesOn))
    // As it is now, and only if it can travel
    else this.whenReady({ ...asked, data: cloneValue(asked.data) }, 1)
  }

  private whenReady(asked: AskedRequest, attempt: number): void {
    const { deadline } = asked
    this.channel.readyFor(asked.signal, deadline).then(
      (leg) => leg.request(new ContainerCall(asked, attempt, deadline.leftMs, this.goesOn)),
      (error: Error) => fail(asked, error)
    )
  }

  /** Whether a request goes on after that error. */
  private readonly goesOn = (call: ContainerCall, leg: Leg, error: NetworkError): boolean => {
    const { channel } = this
    const { asked, attempt } = call
    const { deadline, signal, idempotent } = asked
    if (deadline.expired || channel.closed || signal?.aborted === true) return false
    if (!channel.isElsewhere(leg, error)) {
      if (!idempotent || error.code !== 'OUTCOME_UNKNOWN') return false
      channel.failure = error
    }
    void this.again(asked, attempt + 1)
    return true
  }

  private async again(asked: AskedRequest, attempt: number): Promise<void> {
    // The first time something was just lost; after that nothing is gained by haste.
    if (attempt > 2) {
      const pauseMs = Math.min(20 * 2 ** (attempt - 3), 2000)
      await this.channel.pause.wait(Math.min(pauseMs, asked.deadline.leftMs || Infinity))
    }
    this.whenReady(asked, attempt)
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type StreamOpening, type StreamPeer, type TickManager } from '@hcengineering/network-core'
import { notThere } from './container-requests'
import type { Coordinator } from './coordinator'
import type { Holds } from './holds'
import type { LineStream } from './line'
import { openLocally } from './local-stream'
import { duration, type ResolvedClientOptions } from './options'
import { Backoff, Deadline, Pause, unlessAborted } from './waits'

const firstPauseMs = 20
const maxPauseMs = 2000

/** Streams that go to containers through the coordinator, which knows where they are. */
export class ContainerStreams {
  constructor(
    private readonly coordinator: Coordinator,
    private readonly holds: Holds,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {}

  /** Resolves with the container's side when that has taken it. */
  async open(stream: LineStream, opening: StreamOpening, asker: StreamPeer): Promise<StreamPeer> {
    const { localAgents, clientId } = this.options
    const local = localAgents?.find(this.holds.book.get(stream.uuid)?.location.agentId)
    if (local !== undefined) {
      try {
        return await openLocally(local.agent, clientId, stream, opening, asker)
      } catch (error) {
        // If it is not there any more, the coordinator knows where
        if (!(error instanceof NetworkError) || !notThere.has(error.code)) throw error
      }
    }
    return await this.relay(stream, opening, asker)
  }

  private async relay(stream: LineStream, opening: StreamOpening, asker: StreamPeer): Promise<StreamPeer> {
    const { uuid, operation, data, signal, chain } = stream
    const deadline = new Deadline(this.tickManager, duration('timeoutMs', stream.timeoutMs))
    const backoff = new Backoff(firstPauseMs, maxPauseMs)
    for (;;) {
      if (!this.holds.isHeld(uuid)) {
        await unlessAborted(signal, async () => await this.holds.held(uuid, deadline.leftMs))
      }
      const { session } = this.holds
      const call = { timeoutMs: deadline.leftMs, signal, chain }
      try {
        return await this.coordinator.openStream(uuid, operation, data, call, opening, asker)
      } catch (error) {
        // It reached a coordinator that had not heard of the hold yet, though it may have by now
        const early =
          error instanceof NetworkError &&
          error.code === 'NOT_FOUND' &&
          (!this.holds.isHeld(uuid) || session !== this.holds.session)
        if (!early || deadline.expired || signal.aborted) throw error
      }
      await new Pause(this.tickManager).wait(Math.min(backoff.next(), deadline.leftMs || Infinity))
    }
  }
}

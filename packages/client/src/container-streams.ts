// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type StreamOpening, type StreamPeer, type TickManager } from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import type { Holds } from './holds'
import type { LineStream } from './line'
import { openLocally } from './local-stream'
import { duration, type ResolvedClientOptions } from './options'
import { notThere, type Repeats } from './repeats'
import { Deadline, unlessAborted } from './waits'

/** Streams that go to containers through the coordinator, which knows where they are. */
export class ContainerStreams {
  constructor(
    private readonly coordinator: Coordinator,
    private readonly holds: Holds,
    private readonly repeats: Repeats,
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
    for (let attempt = 1; ; attempt++) {
      if (!this.holds.isHeld(uuid)) {
        await unlessAborted(signal, async () => await this.holds.held(uuid, deadline.leftMs))
      }
      const { session } = this.holds
      const call = { timeoutMs: deadline.leftMs, signal, chain }
      try {
        return await this.coordinator.openStream(uuid, operation, data, call, opening, asker)
      } catch (error) {
        const over = deadline.expired || signal.aborted
        if (!(error instanceof NetworkError) || over || !this.repeats.mayRepeat(error, uuid, session)) throw error
        await this.repeats.wait(`stream '${operation}' of container ${uuid}`, uuid, attempt, deadline, error)
      }
    }
  }
}

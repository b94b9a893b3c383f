// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type StreamOpening, type StreamPeer } from '@hcengineering/network-core'
import type { Channel } from './channel'
import type { LineStream } from './line'
import { Backoff, Pause } from './waits'

const firstPauseMs = 20
const maxPauseMs = 2000

/** Opens a stream over a channel: where the container is not where it was thought to be, it is looked for elsewhere. */
export async function openOnChannel(
  channel: Channel,
  stream: LineStream,
  opening: StreamOpening,
  asker: StreamPeer
): Promise<StreamPeer> {
  const deadline = channel.deadline(stream.timeoutMs)
  const backoff = new Backoff(firstPauseMs, maxPauseMs)
  for (;;) {
    const leg = await channel.readyFor(stream.signal, deadline)
    try {
      return await leg.openStream({ ...stream, timeoutMs: deadline.leftMs }, opening, asker)
    } catch (error) {
      const goesOn = !deadline.expired && !stream.signal.aborted && error instanceof NetworkError
      if (!goesOn || !channel.isElsewhere(leg, error)) throw error
    }
    await new Pause(channel.tickManager).wait(Math.min(backoff.next(), deadline.leftMs || Infinity))
  }
}

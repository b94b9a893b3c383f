// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  type ClientUuid,
  type NetworkAgent,
  type StreamOpening,
  type StreamPeer
} from '@hcengineering/network-core'
import type { LineStream } from './line'

/** What an item counts whose size nobody knows, since it is never written. */
const ITEM_BYTES = 64

/** One side of a stream within this process: what it is told is a copy, as if it had travelled. */
class Copying implements StreamPeer {
  constructor(private readonly peer: StreamPeer) {}

  item(value: unknown): number {
    const bytes = sizeOf(value)
    this.peer.item(cloneValue(value), bytes)
    return bytes
  }

  end(error?: NetworkError): void {
    this.peer.end(error === undefined ? undefined : NetworkError.fromPayload(error.toPayload()))
  }

  grant(items: number, bytes: number): void {
    this.peer.grant(items, bytes)
  }

  stop(): void {
    this.peer.stop()
  }
}

/** Opens a stream with a container of an agent in this process: no socket, no bytes, and the same meaning. */
export async function openLocally(
  agent: NetworkAgent,
  clientId: ClientUuid,
  { uuid, operation, data, timeoutMs, signal, chain }: LineStream,
  opening: StreamOpening,
  asker: StreamPeer
): Promise<StreamPeer> {
  if (agent.stream === undefined) {
    const text = `Agent ${agent.uuid} has no streams`
    throw new NetworkError('UNKNOWN_OPERATION', text, { uuid, agentId: agent.uuid })
  }
  const options = { timeoutMs, signal, chain }
  try {
    const side = new Copying(asker)
    return new Copying(await agent.stream(uuid, operation, cloneValue(data), clientId, opening, side, options))
  } catch (error) {
    const known = NetworkError.is(error) ? error : NetworkError.remote(error)
    throw NetworkError.fromPayload(known.toPayload())
  }
}

/** Large things are what their content is; of others their number is bounded. */
function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return ITEM_BYTES + value.byteLength
  return typeof value === 'string' ? ITEM_BYTES + value.length : ITEM_BYTES
}

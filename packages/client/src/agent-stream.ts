// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BackRPCStreamCall } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  readValue,
  type ClientUuid,
  type ContainerUuid,
  type NetworkAgent,
  type StreamPeer
} from '@hcengineering/network-core'

/** Opens a stream that came over a session with a container of that agent. */
export async function streamOfAgent(
  agent: NetworkAgent,
  uuid: ContainerUuid,
  operation: string,
  data: unknown,
  client: ClientUuid | undefined,
  { opening, asker, context }: BackRPCStreamCall
): Promise<StreamPeer> {
  if (agent.stream === undefined) {
    const text = `Agent ${agent.uuid} has no streams`
    throw new NetworkError('UNKNOWN_OPERATION', text, { uuid, agentId: agent.uuid })
  }
  return await agent.stream(uuid, operation, readValue(data), client, opening, asker, context)
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BackRPCStreamCall } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  opNames,
  readCoordinatorParams,
  type ClientUuid,
  type NetworkImpl,
  type StreamPeer
} from '@hcengineering/network-core'

/** A stream of a client with a container, which runs through the coordinator. It may throw as well as reject. */
export function networkStream(
  network: NetworkImpl,
  client: ClientUuid,
  name: string,
  params: unknown,
  { opening, asker, context }: BackRPCStreamCall
): Promise<StreamPeer> {
  if (name !== opNames.sendContainer) {
    throw new NetworkError('UNKNOWN_OPERATION', `The coordinator has no stream '${name.slice(0, 64)}'`)
  }
  const [uuid, operation, data] = readCoordinatorParams.cs(params)
  return network.streams.open(uuid, operation, data, client, opening, asker, context)
}

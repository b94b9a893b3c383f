// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCClient, type ClientId } from '@hcengineering/network-backrpc'
import { NetworkError, TickManagerImpl, defaultTimeoutsMs } from '@hcengineering/network-core'

import type { PodConfig } from './config'

const wildcards: ReadonlySet<string> = new Set(['*', '0.0.0.0', '::'])

/** Where a check on the same machine reaches a coordinator that listens on `host`. */
export function healthAddress(host: string): string {
  return wildcards.has(host) ? '127.0.0.1' : host
}

/** Says hello to the coordinator that such a configuration starts; rejects unless it answers within `timeoutMs`. */
export async function checkHealth(
  config: Pick<PodConfig, 'host' | 'port'>,
  clientId: string,
  timeoutMs: number = defaultTimeoutsMs.hello
): Promise<void> {
  if (config.port === 0) {
    throw new NetworkError(
      'INVALID_ARGUMENT',
      'PORT is 0: the system chooses the port, so a health check cannot know it'
    )
  }
  const client = new BackRPCClient(
    clientId as ClientId,
    { requestHandler: async (_method, _params, send) => await send(null) },
    healthAddress(config.host),
    config.port,
    new TickManagerImpl(1)
  )
  try {
    await client.waitConnection(timeoutMs)
  } finally {
    client.close()
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createNetworkClient } from '@hcengineering/network-client'
import type { ContainerUuid } from '@hcengineering/network-core'
import { hostAgent } from './agent-host'
import { echoFactory, echoKind } from './echo-container'
import type { EchoClient, EchoSystem, EchoValue, Place } from './echo-system'
import { socketOptions } from './transport'

/** The agent of an echo. */
export const serveEcho: NonNullable<EchoSystem['serve']> = async ({ port, clientPort, brokerPort, transport }) =>
  await hostAgent({
    coordinatorPort: brokerPort as number,
    factories: { [echoKind]: echoFactory },
    transport,
    port,
    announcedPort: clientPort
  })

async function connect({ clientBrokerPort, transport }: Place): Promise<EchoClient> {
  const client = createNetworkClient(`127.0.0.1:${clientBrokerPort}`, undefined, {
    socketOptions: socketOptions(transport)
  })
  const reference = await client.get(echoKind, { uuid: 'echo' as ContainerUuid })
  const connection = await reference.connect()
  return {
    echo: async (value) => (await connection.request('echo', value)) as EchoValue,
    echoBytes: async (bytes) => (await connection.request('echo', bytes)) as Uint8Array,
    close: async () => await client.close()
  }
}

/** The product's main way: a connection from the client's process to the agent's. */
export const direct: EchoSystem = { serve: serveEcho, connect }

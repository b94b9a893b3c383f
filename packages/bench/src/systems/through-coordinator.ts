// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createNetworkClient } from '@hcengineering/network-client'
import type { ContainerUuid } from '@hcengineering/network-core'
import { serveEcho } from './direct'
import { echoKind } from './echo-container'
import type { EchoSystem, EchoValue } from './echo-system'
import { socketOptions } from './transport'

/** Requests on a reference: client, coordinator and agent, three processes. */
export const throughCoordinator: EchoSystem = {
  serve: serveEcho,
  connect: async ({ clientBrokerPort, transport }) => {
    const client = createNetworkClient(`127.0.0.1:${clientBrokerPort}`, undefined, {
      socketOptions: socketOptions(transport)
    })
    const reference = await client.get(echoKind, { uuid: 'echo' as ContainerUuid })
    return {
      echo: async (value) => (await reference.request('echo', value)) as EchoValue,
      echoBytes: async (bytes) => (await reference.request('echo', bytes)) as Uint8Array,
      close: async () => await client.close()
    }
  }
}

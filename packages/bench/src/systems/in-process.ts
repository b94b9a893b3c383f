// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createNetworkClient } from '@hcengineering/network-client'
import type { ContainerUuid } from '@hcengineering/network-core'
import { echoFactory, echoKind } from './echo-container'
import type { EchoSystem, EchoValue } from './echo-system'
import { socketOptions } from './transport'

/** Client and agent in one process, over one client; the coordinator is another process. */
export const inProcess: EchoSystem = {
  connect: async ({ port, brokerPort, transport }) => {
    const client = createNetworkClient(`127.0.0.1:${brokerPort}`, undefined, {
      socketOptions: socketOptions(transport)
    })
    await client.serveAgent(`127.0.0.1:${port}`, { [echoKind]: echoFactory })
    const reference = await client.get(echoKind, { uuid: 'echo' as ContainerUuid })
    const connection = await reference.connect()
    return {
      echo: async (value) => (await connection.request('echo', value)) as EchoValue,
      close: async () => await client.close()
    }
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCClient, BackRPCServer } from '@hcengineering/network-backrpc'
import { TickManagerImpl } from '@hcengineering/network-core'
import type { EchoSystem, EchoValue } from './echo-system'
import { socketOptions } from './transport'

const tickManager = new TickManagerImpl(20)

/** The protocol without the network above it. */
export const backrpc: EchoSystem = {
  serve: async ({ port, transport }) => {
    tickManager.start()
    const server = new BackRPCServer(
      { requestHandler: async (_client, _method, params, send) => await send(params) },
      tickManager,
      '127.0.0.1',
      port,
      socketOptions(transport)
    )
    await server.getPort()
    return server
  },
  connect: async ({ clientPort, transport }) => {
    tickManager.start()
    const client = new BackRPCClient(
      'bench',
      { requestHandler: async (_method, _params, send) => await send(null) },
      '127.0.0.1',
      clientPort,
      tickManager,
      socketOptions(transport)
    )
    await client.waitConnection()
    return {
      echo: async (value) => (await client.request('echo', value)) as EchoValue,
      close: async () => client.close()
    }
  }
}

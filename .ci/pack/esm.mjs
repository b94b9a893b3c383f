// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import { containerUuid, NetworkImpl, TickManagerImpl } from '@hcengineering/network-core'
import { FakeTickManager } from '@hcengineering/network-core/testing'
import { BackRPCServer } from '@hcengineering/network-backrpc'
import { NetworkServer } from '@hcengineering/network-server'

// Every door is there
if (![FakeTickManager, BackRPCServer].every((one) => typeof one === 'function')) throw new Error('a door is shut')

const greeter = {
  request: async (operation, data) => `${operation}, ${data}`,
  ping: async () => {},
  terminate: async () => {},
  connect: () => {},
  disconnect: () => {}
}
const makeGreeter = async ({ uuid = containerUuid() }, agentEndpoint) => ({
  uuid,
  container: greeter,
  endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid)
})

async function main() {
  const ticks = new TickManagerImpl(10)
  ticks.start()
  const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
  const address = `127.0.0.1:${await server.ready()}`
  const host = createNetworkClient(address)
  await host.serveAgent('127.0.0.1:0', { greeter: makeGreeter })
  const client = createNetworkClient(address)
  const reference = await client.get('greeter', { uuid: 'front-door' })
  console.log(await reference.request('hello', 'world'))
  await client.close()
  await host.close()
  await server.close()
  ticks.stop()
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})

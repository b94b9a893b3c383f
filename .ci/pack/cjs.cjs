// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

const { containerOnAgentEndpointRef, createNetworkClient } = require('@hcengineering/network-client')
const { containerUuid, NetworkImpl, TickManagerImpl } = require('@hcengineering/network-core')
const { FakeTickManager } = require('@hcengineering/network-core/testing')
const { BackRPCServer } = require('@hcengineering/network-backrpc')
const { NetworkServer } = require('@hcengineering/network-server')

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

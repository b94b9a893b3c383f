// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The coordinator's process: knows agents, containers and clients.
import { NetworkImpl, TickManagerImpl } from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'
import { endWithParent, release, tell, told } from './messages.ts'

endWithParent()
const ticks = new TickManagerImpl(10)
ticks.start()
const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
const address = `127.0.0.1:${await server.ready()}`
console.log(`process ${process.pid} listens on ${address}`)
tell({ type: 'ready', address })

await told('stop')
await server.close()
ticks.stop()
console.log('closed')
release()

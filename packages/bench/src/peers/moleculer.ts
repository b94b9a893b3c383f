// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ServiceBroker, type Context } from 'moleculer'
import type { EchoSystem, EchoValue, Place } from '../systems/echo-system'

const SERVER = 'server'
const CLIENT = 'client'

/** Both nodes know each other's address: no discovery by broadcast, which would leave loopback. */
function broker(nodeID: string, port: number, { port: serverPort }: Place): ServiceBroker {
  return new ServiceBroker({
    nodeID,
    logger: false,
    transporter: {
      type: 'TCP',
      options: { port, udpDiscovery: false, useHostname: false, urls: [`127.0.0.1:${serverPort}/${SERVER}`] }
    }
  })
}

/** Moleculer with its own TCP transporter and its defaults otherwise. */
export const moleculer: EchoSystem = {
  serve: async (place) => {
    const node = broker(SERVER, place.port, place)
    node.createService({
      name: 'echo',
      actions: { say: (context: Context<EchoValue>): EchoValue => context.params }
    })
    await node.start()
    return { close: async () => await node.stop() }
  },
  connect: async (place) => {
    const node = broker(CLIENT, 0, place)
    await node.start()
    await node.waitForServices('echo', 20_000, 50)
    return {
      echo: async (value) => await node.call<EchoValue, EchoValue>('echo.say', value),
      close: async () => await node.stop()
    }
  }
}

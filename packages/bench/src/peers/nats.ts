// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { connect as connectNats } from '@nats-io/transport-node'
import type { EchoSystem, EchoValue } from '../systems/echo-system'

const SUBJECT = 'bench.echo'
const TIMEOUT_MS = 30_000

/** NATS request and reply through `nats-server`, with the client's defaults. */
export const nats: EchoSystem = {
  serve: async ({ brokerPort }) => {
    const line = await connectNats({ servers: `127.0.0.1:${brokerPort}` })
    line.subscribe(SUBJECT, {
      callback: (_error, message) => {
        message.respond(JSON.stringify(message.json()))
      }
    })
    await line.flush()
    return { close: async () => await line.close() }
  },
  connect: async ({ clientBrokerPort }) => {
    const line = await connectNats({ servers: `127.0.0.1:${clientBrokerPort}` })
    return {
      echo: async (value) => {
        const answer = await line.request(SUBJECT, JSON.stringify(value), { timeout: TIMEOUT_MS })
        return answer.json<EchoValue>()
      },
      close: async () => await line.close()
    }
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createNetworkClient, type NetworkClientOptions, type OperatorClient } from '@hcengineering/network-client'
import { messageOf, NetworkError } from '@hcengineering/network-core'
import type { ConnectOptions } from './command'
import { UnreachableError, UsageError } from './exit-codes'

/** How long a client may take to say goodbye; then the process ends without. */
const farewellMs = 2_000

const defaultHint = '. That is the default address: give another with --coordinator, or in NETWORK_COORDINATOR'

/** How to reach the coordinator. */
export interface Reach {
  readonly coordinator: string
  /** Nobody has given that address. */
  readonly isDefault: boolean
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
}

/** The clients of one command: made connected, closed together. */
export class Connections {
  private readonly clients: OperatorClient[] = []

  constructor(private readonly reach: Reach) {}

  async connect({ coordinator = this.reach.coordinator, withinMs }: ConnectOptions = {}): Promise<OperatorClient> {
    const { connectTimeoutMs, requestTimeoutMs } = this.reach
    const client = make(coordinator, { requestTimeoutMs, getTimeoutMs: requestTimeoutMs })
    this.clients.push(client)
    try {
      await client.waitConnection(withinMs ?? connectTimeoutMs)
    } catch (error) {
      const hint = this.reach.isDefault && coordinator === this.reach.coordinator ? defaultHint : ''
      throw new UnreachableError(`The coordinator at ${coordinator} cannot be reached: ${messageOf(error)}${hint}`)
    }
    return client
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, farewellMs)))
    await Promise.race([Promise.allSettled(this.clients.map(async (client) => await client.close())), late])
    clearTimeout(timer)
  }
}

function make(coordinator: string, options: NetworkClientOptions): OperatorClient {
  try {
    return createNetworkClient(coordinator, undefined, options)
  } catch (error) {
    if (!NetworkError.is(error)) throw error
    throw new UsageError(`--coordinator: ${error.message}`)
  }
}

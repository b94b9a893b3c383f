// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BackRPCServer } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  opNames,
  type ClientUuid,
  type HoldParams,
  type Logger,
  type TickManager
} from '@hcengineering/network-core'

/** Beyond the drain, how long it may take to end the connections. */
const goodbyeMs = 1_000

/** With what is refused at the end: by then the connection has mostly ended. */
const retryAfterMs = 100

/** When the first two stages of the drain end at the latest, as parts of its time; the third has the rest. */
const askedUntil = 1 / 3
const busyUntil = 2 / 3

/** What a drain is made with. */
export interface DrainParts {
  readonly server: BackRPCServer<ClientUuid>
  readonly tickManager: TickManager
  /** Those with a session. */
  readonly clients: ReadonlySet<ClientUuid>
  readonly hasAgents: (client: ClientUuid) => boolean
  readonly logger: Logger | undefined
}

/**
 * The last time of a coordinator: its clients keep what they ask for its successor, and what they have asked is answered. What
 * is answered may need other containers, which are asked through here too. Nobody says which requests are made for which, so
 * clients with agents may go on at first while they answer any that came through here, then, as containers are also reached
 * past the coordinator, while they are at any request; at last they keep theirs too.
 */
export class Drain {
  /** Whose requests to containers are refused. */
  private refused: 'nobody' | 'agentless' | 'everybody' = 'nobody'

  constructor(private readonly parts: DrainParts) {}

  /**
   * A request to a container that comes now may not be answered in time. Clients of 0.7 would not ask again.
   *
   * @throws NetworkError `UNAVAILABLE`, by which others do
   */
  check(client: ClientUuid, method: string): void {
    if (this.refused === 'nobody' || method !== opNames.sendContainer) return
    const { server, hasAgents } = this.parts
    if (server.sessionInfo(client)?.ours !== true || (this.refused === 'agentless' && hasAgents(client))) return
    throw new NetworkError('UNAVAILABLE', 'The coordinator is about to stop: nothing was executed; ask again', {
      retryAfterMs
    })
  }

  /** Resolves when everything is answered and nothing more comes, or after that time. */
  async run(timeoutMs: number): Promise<void> {
    const { server, tickManager, clients, hasAgents, logger } = this.parts
    const began = tickManager.now()
    const leftMs = (part: number): number => Math.max(0, part * timeoutMs - (tickManager.now() - began))
    const withAgents = (): ClientUuid[] => [...clients].filter(hasAgents)
    const withinMs = timeoutMs + goodbyeMs
    await Promise.all([
      this.hold(withAgents(), { withinMs, unless: 'asked' }, leftMs(askedUntil)),
      this.hold(
        [...clients].filter((client) => !hasAgents(client)),
        { withinMs },
        leftMs(askedUntil)
      )
    ])
    this.refused = 'agentless'
    logger?.debug('The coordinator drains: clients keep what they ask for its successor', { timeoutMs })
    if (!(await server.drain(leftMs(askedUntil)))) {
      await this.hold(withAgents(), { withinMs, unless: 'busy' }, leftMs(busyUntil))
      await server.drain(leftMs(busyUntil))
    }
    await this.hold(withAgents(), { withinMs }, leftMs(1))
    this.refused = 'everybody'
    await server.drain(leftMs(1))
  }

  /**
   * From now on these keep what they ask. Each answers behind what it has asked before: nothing is under way here any more of
   * which it could not know what became, unless it is excused.
   */
  private async hold(clients: readonly ClientUuid[], params: HoldParams, timeoutMs: number): Promise<void> {
    // Which would be no deadline
    if (timeoutMs === 0) return
    const { server } = this.parts
    const knowing = clients.filter((client) => {
      const { ours = false, connected = false } = server.sessionInfo(client) ?? {}
      return ours && connected
    })
    const call = { timeoutMs, resend: false }
    await Promise.allSettled(
      knowing.map(async (client) => await server.request(client, opNames.holdRequests, params, call))
    )
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  compareTokens,
  defaultTimeoutsMs,
  messageOf,
  type ContainerRecord,
  type ContainerUuid,
  type Logger,
  type NetworkAgent,
  type TickManager
} from '@hcengineering/network-core'
import { settledWithin } from './waits'

/**
 * Which of the containers that were announced the agent is to end and still has: what it was told to start since, under the
 * same uuid, is another one.
 *
 * @param announced what the coordinator has answered
 * @param elsewhere of these, what it does not want there
 */
export async function straysOf(
  agent: NetworkAgent,
  announced: readonly ContainerRecord[],
  elsewhere: ReadonlySet<ContainerUuid>
): Promise<ContainerUuid[]> {
  const tokens = new Map(announced.map(({ uuid, token }) => [uuid, token]))
  const isSame = ({ uuid, token }: ContainerRecord): boolean =>
    tokens.has(uuid) && compareTokens(token, tokens.get(uuid)) === 0
  const strays = (await agent.list()).filter((record) => elsewhere.has(record.uuid) && isSame(record))
  return strays.map(({ uuid }) => uuid)
}

/** Ends what the coordinator does not want on that agent: it lives elsewhere. */
export async function endStrays(agent: NetworkAgent, uuids: readonly ContainerUuid[], logger: Logger): Promise<void> {
  await Promise.allSettled(
    uuids.map(async (uuid) => {
      const ended = agent.terminate(uuid)
      ended.catch((error) =>
        logger.warn('A container that lives elsewhere did not end', { uuid, cause: messageOf(error) })
      )
      await ended
    })
  )
}

/** Ends all containers of that agent. */
export async function endAgent(agent: NetworkAgent, tickManager: TickManager): Promise<void> {
  const closable = agent as NetworkAgent & { close?: () => Promise<void> }
  if (typeof closable.close === 'function') {
    // Knows how long its containers may take.
    await closable.close()
    return
  }
  const ended = agent.list().then(async (records) => {
    await Promise.allSettled(records.map(async ({ uuid }) => await agent.terminate(uuid)))
  })
  await settledWithin(tickManager, defaultTimeoutsMs.terminate, ended)
}

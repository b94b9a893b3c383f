// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  messageOf,
  NetworkError,
  type ContainerKind,
  type ContainerReference,
  type ContainerUuid
} from '@hcengineering/network-core'
import { healsWithinMs } from './checkers/healing'
import type { ClientProcess } from './client-process'
import type { RequestData } from './containers'
import type { World } from './world'

const attemptMs = 3_000
const pauseTicks = 10

/** Shows that what a client holds answers, and that it gets what is new, from the heal on until they do or time is up. */
export async function proveUsable(client: ClientProcess, world: World): Promise<void> {
  const data: RequestData = { behaviour: 'echo', ms: 0 }
  const ask = async (reference: ContainerReference): Promise<void> => {
    try {
      await reference.request('do', data, { timeoutMs: attemptMs })
    } catch (error) {
      if (!waitsForRoom(error, world)) throw error
    }
  }
  const kinds = [...new Set(world.plan.agents.flatMap((agent) => agent.kinds))]
  await Promise.all([
    ...client.held.map(async (held) => {
      const { reference } = held
      await prove(client, world, reference.uuid, async () => {
        // What a paused client still had to do may have let it go meanwhile.
        if (client.held.includes(held)) await ask(reference)
      })
    }),
    ...kinds.map(async (kind) => {
      const uuid = `fresh-${kind}` as ContainerUuid
      await prove(client, world, uuid, async () => {
        const reference = await fresh(client, world, kind as ContainerKind, uuid)
        try {
          if (reference !== undefined) await ask(reference)
        } finally {
          await reference?.close()
        }
      })
    })
  ])
}

/** What is held and lost its agent waits where room is scarce, and its callers are told so. */
function waitsForRoom(error: unknown, { plan }: World): boolean {
  return plan.placement !== undefined && NetworkError.is(error) && error.stage?.includes('waits for room') === true
}

/** Where room is scarce it is an answer that there is none. */
async function fresh(
  { client }: ClientProcess,
  { plan }: World,
  kind: ContainerKind,
  uuid: ContainerUuid
): Promise<ContainerReference | undefined> {
  try {
    return await client.get(kind, { uuid }, { timeoutMs: attemptMs })
  } catch (error) {
    if (plan.placement !== undefined && NetworkError.is(error) && error.code === 'CAPACITY') return undefined
    throw error
  }
}

async function prove(client: ClientProcess, world: World, uuid: string, attempt: () => Promise<void>): Promise<void> {
  const { process } = client
  const from = world.time.now
  for (;;) {
    const fact = { process: process.name, uuid }
    try {
      await attempt()
      world.history.record({ type: 'usable', ...fact, afterMs: world.time.now - from })
      return
    } catch (error) {
      const afterMs = world.time.now - from
      if (afterMs >= healsWithinMs) {
        world.history.record({ type: 'unusable', ...fact, afterMs, cause: messageOf(error) })
        return
      }
    }
    await process.ticks.waitTick(pauseTicks)
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomUUID } from 'node:crypto'
import type { OperatorClient } from '@hcengineering/network-client'
import type { ContainerUuid } from '@hcengineering/network-core'
import { closedLoop, type Measured } from './loop'
import { BenchAgent } from './bench-agent'

export type { Measured } from './loop'

/** Containers that are started one after the other. */
const maxStarts = 500

export interface BenchPlan {
  readonly forMs: number
  readonly parallel: number
  readonly sizeBytes: number
  readonly coordinator: string
  readonly signal: AbortSignal
}

/** With containers of its own. */
export async function measureNetwork(client: OperatorClient, plan: BenchPlan): Promise<Measured[]> {
  const agent = await BenchAgent.start(plan.coordinator)
  const { kind } = agent
  const one = { ...plan, parallel: 1 }
  const data = 'x'.repeat(plan.sizeBytes)
  try {
    const measured = [await closedLoop('coordinator: list of kinds', one, async () => await client.kinds())]
    measured.push(
      await closedLoop('start of a container', one, async (index) => {
        // As many as may be left to end by themselves
        const uuid = `${kind}-${index % maxStarts}-${randomUUID()}` as ContainerUuid
        const started = await client.get(kind, { uuid })
        await started.close()
      })
    )
    const reference = await client.get(kind, { uuid: `${kind}-echo` as ContainerUuid })
    const connection = await reference.connect()
    const ways: [string, () => Promise<unknown>][] = [
      ['request by the coordinator', async () => await client.request(reference.uuid, 'echo', data)],
      ['request by a connection', async () => await connection.request('echo', data)]
    ]
    for (const [what, ask] of ways) {
      measured.push(await closedLoop(what, one, ask))
      measured.push(await closedLoop(what, plan, ask))
    }
    await connection.close()
    await reference.close()
    return measured
  } finally {
    await agent.stop()
  }
}

/** A container that is there. */
export async function measureContainer(
  client: OperatorClient,
  uuid: ContainerUuid,
  operation: string,
  data: unknown,
  plan: BenchPlan
): Promise<Measured[]> {
  const ask = async (): Promise<unknown> => await client.request(uuid, operation, data)
  // The first says whether it can be asked at all
  await ask()
  const what = `request '${operation}' to ${uuid}`
  return [await closedLoop(what, { ...plan, parallel: 1 }, ask), await closedLoop(what, plan, ask)]
}

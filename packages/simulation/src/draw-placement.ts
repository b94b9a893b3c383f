// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentShape, Plan, PlacementShape, StartBehaviour } from './plan'
import { placementPolicies } from '@hcengineering/network-core'
import { Random } from '@hcengineering/network-testing/kernel'

/** One run in nine: agents take so many containers and no more, and who joins is given some. */
export function isCrowded(seed: number): boolean {
  return seed % 9 === 0
}

/** All agents offer the same there: what is held always has room when all are well. */
export function drawPlacement(seed: number, agents: readonly AgentShape[]): Pick<Plan, 'agents' | 'placement'> {
  if (!isCrowded(seed)) return { agents }
  const random = new Random(seed, 'placement')
  const alike = agents.map((agent) => ({ ...agent, kinds: ['room', 'desk', 'shelf'] }))
  const together = random.chance(0.5)
  const placement: PlacementShape = {
    capacities: agents.map(() =>
      together
        ? { containers: random.int(2, 4) }
        : { byKind: { room: random.int(1, 3), desk: random.int(1, 2), shelf: 1 } }
    ),
    byKind: {
      room: { policy: random.pick(placementPolicies), rebalance: true },
      desk: { policy: 'least-loaded', attract: ['blue'], repel: ['red'], rebalance: random.chance(0.5) }
    },
    rebalancing: { atOnce: random.int(1, 3), perMinute: random.pick([30, 120, 600]) }
  }
  return { agents: alike, placement }
}

/** A factory that never answers keeps its place for ever: with few places nothing would be left. */
export function answering(starts: Readonly<Record<string, readonly StartBehaviour[]>>): Plan['starts'] {
  return Object.fromEntries(
    Object.entries(starts).map(([uuid, each]) => [
      uuid,
      each.map((start) => (start.type === 'never' ? { type: 'slow' as const, ms: 4_000 } : start))
    ])
  )
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Random } from '@hcengineering/network-testing/kernel'
import { isCrowded } from './draw-placement'
import type { Scene } from './draw-scenes'
import { availableKind, availableUuid } from './names'
import type { AgentShape, FaultKind, Operation } from './plan'

/** One run in seven: a kind is served while the coordinator cannot be reached, by two if need be. */
export function servesApart(seed: number): boolean {
  return seed % 7 === 3 && !isCrowded(seed)
}

/** The first two agents offer it. */
export function withKiosks(agents: readonly AgentShape[]): AgentShape[] {
  return agents.map((agent, number) => (number < 2 ? { ...agent, kinds: [...agent.kinds, availableKind] } : agent))
}

/** All clients use one such container; it is cut off from the coordinator, with one of them that goes on asking it, while others want it too. */
export function drawAvailable(seed: number, clients: number, enabled: readonly FaultKind[], until: number): Scene {
  const random = new Random(seed, 'available')
  const visits = Array.from({ length: clients }, (_, client) => {
    const at = random.int(500, until - 5000)
    return drawVisit(random, client, { at, forMs: random.int(1000, until - at - 500) })
  })
  const apart = enabled.includes('cut') ? drawApart(random, clients, until) : { operations: [], faults: [] }
  return { operations: [...visits, ...apart.operations], faults: apart.faults }
}

function drawApart(random: Random, clients: number, until: number): Scene {
  const at = random.int(3500, until - 9500)
  const forMs = random.int(3500, 8000)
  const cut = { type: 'cut', at, reset: random.chance(0.3), way: 'both', coordinatorOnly: true } as const
  const lonely = random.int(0, clients - 1)
  const others = Array.from({ length: clients }, (_, client) => client).filter((client) => client !== lonely)
  return {
    faults: [
      { ...cut, forMs, target: { role: 'owner', uuid: availableUuid } },
      ...(random.chance(0.8)
        ? [{ ...cut, forMs: forMs + random.int(0, 1000), target: { role: 'client', number: lonely } } as const]
        : [])
    ],
    operations: [
      drawVisit(random, lonely, { at: at - 1500, forMs: forMs + 2500 }),
      ...others.map((client) =>
        drawVisit(random, client, { at: at + random.int(2900, 3500), forMs: random.int(1000, 4000) })
      )
    ]
  }
}

function drawVisit(random: Random, client: number, { at, forMs }: { at: number; forMs: number }): Operation {
  const rest = { forMs, asks: Math.ceil(forMs / 400), connects: random.chance(0.7) }
  return { at, client, action: { type: 'visit', kind: availableKind, uuid: availableUuid, ...rest } }
}

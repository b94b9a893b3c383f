// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { serialKind, serialNames } from './names'
import type { AgentShape, Operation } from './plan'
import { Random } from '@hcengineering/network-testing/kernel'

/** Two runs in eleven have containers that take turns. */
export function takesTurns(seed: number): boolean {
  return seed % 11 === 0 || seed % 11 === 9
}

/** The first two agents offer them. */
export function withTellers(agents: readonly AgentShape[]): AgentShape[] {
  return agents.map((agent, number) => (number < 2 ? { ...agent, kinds: [...agent.kinds, serialKind] } : agent))
}

/** What the clients ask of them, each from a stream of its own. */
export function drawTurns(seed: number, clients: number, until: number): Operation[] {
  return Array.from({ length: clients }, (_, client) => {
    const random = new Random(seed, `turns/${client}`)
    const gets = serialNames.map((uuid, number): Operation => {
      return { at: 1_200 + 100 * number, client, action: { type: 'get', kind: serialKind, uuid } }
    })
    // At a few moments much is asked at a time
    const moments = Array.from({ length: random.int(3, 6) }, () => random.int(2_000, until - 2_000))
    const turns = Array.from({ length: random.int(15, 40) }, (): Operation => {
      return { at: random.pick(moments) + random.int(0, 400), client, action: drawTurn(random) }
    })
    return [...gets, ...turns]
  }).flat()
}

function drawTurn(random: Random): Operation['action'] {
  return {
    type: 'turn',
    pick: random.next(),
    way: random.pick(['reference', 'connection']),
    path: Array.from({ length: random.pick([0, 0, 1, 2, 3]) }, () => random.pick(serialNames)),
    ms: random.pick([0, 0, 50, 200]),
    readOnly: random.chance(0.3)
  }
}

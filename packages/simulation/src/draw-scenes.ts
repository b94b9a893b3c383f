// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { islandUuid } from './names'
import type { Fault, FaultKind, Operation, Target } from './plan'
import { Random } from '@hcengineering/network-testing/kernel'

/** What is drawn together because it only tells something together. */
export interface Scene {
  readonly faults: readonly Fault[]
  readonly operations: readonly Operation[]
}

const nothing: Scene = { faults: [], operations: [] }

/**
 * Coincidences that faults drawn one by one hit once in a thousand runs: who has a long lease of a coordinator that stopped is cut off from
 * the next one, with a client that goes on asking it; who drains is cut off when it is told to let go; a
 * coordinator that has just started stands still; a connection is lost, and the listener hears of it late.
 */
export function drawScenes(
  seed: number,
  agents: number,
  clients: number,
  enabled: readonly FaultKind[],
  until: number
): Scene {
  if (enabled.length === 0) return nothing
  const scenes: Scene[] = []
  const draw = (name: string, chance: number, scene: (random: Random) => Scene): void => {
    const random = new Random(seed, `scenes/${name}`)
    if (random.chance(chance)) scenes.push(scene(random))
  }
  if (enabled.includes('cut')) {
    draw('island', 0.25, (random) => island(random, clients, until))
    draw('hand-over', 0.25, (random) => handOver(random, agents, until))
  }
  if (enabled.includes('kill') || enabled.includes('pause'))
    draw('awakening', 0.25, (random) => awakening(random, until))
  if (enabled.includes('break')) draw('late-news', 0.5, (random) => lateNews(random, clients, until))
  return {
    faults: scenes.flatMap(({ faults }) => faults),
    operations: scenes.flatMap(({ operations }) => operations)
  }
}

/** The lease outlives the session, and one client is where its agent is, out of the coordinator's reach. */
function island(random: Random, clients: number, until: number): Scene {
  const at = random.int(3500, until - 10_500)
  const forMs = random.int(5000, 9500)
  const stoppedAt = at - random.int(900, 2500)
  const owner: Target = { role: 'owner', uuid: islandUuid }
  const lonely = random.int(0, clients - 1)
  const cut = { type: 'cut', at, forMs, reset: random.chance(0.3), way: 'both', coordinatorOnly: true } as const
  const visit = (client: number, from: number, lastsMs: number): Operation => ({
    at: from,
    client,
    action: {
      type: 'visit',
      kind: islandUuid.replace(/-.*/, ''),
      uuid: islandUuid,
      forMs: lastsMs,
      asks: Math.ceil(lastsMs / 400),
      connects: client === lonely
    }
  })
  const others = Array.from({ length: clients }, (_, client) => client).filter((client) => client !== lonely)
  return {
    faults: [
      ...(random.chance(0.8)
        ? [{ type: 'stop', at: stoppedAt, target: { role: 'coordinator' }, downMs: 50 } as const]
        : []),
      { ...cut, target: owner },
      ...(random.chance(0.7) ? [{ ...cut, target: { role: 'client', number: lonely } } as const] : [])
    ],
    operations: [
      visit(lonely, stoppedAt - 1500, at + forMs - stoppedAt + 1500),
      ...others.map((client) => visit(client, at + random.int(2900, 4500), random.int(1000, 3000)))
    ]
  }
}

function handOver(random: Random, agents: number, until: number): Scene {
  const at = random.int(2000, until - 8000)
  const target: Target = random.chance(0.7)
    ? { role: 'owner', uuid: 'room-0' }
    : { role: 'agent', number: random.int(0, agents - 1) }
  const forMs = random.int(1500, 5000)
  const cut = { type: 'cut', reset: false, way: 'both', coordinatorOnly: true } as const
  return {
    faults: [
      { ...cut, at: at + random.int(0, 60), target, forMs },
      { type: 'drain', at, target, downMs: 300 }
    ],
    operations: []
  }
}

function awakening(random: Random, until: number): Scene {
  const at = random.int(2000, until - 6000)
  const target: Target = { role: 'coordinator' }
  const downMs = random.pick([50, 300])
  const forMs = random.int(1200, 2800)
  return {
    faults: [
      { type: 'kill', at, target, downMs },
      { type: 'pause', at: at + downMs + random.int(1, 250), target, forMs, noticed: false }
    ],
    operations: []
  }
}

function lateNews(random: Random, clients: number, until: number): Scene {
  const faults = Array.from({ length: random.int(1, 4) }, (): Fault => {
    const at = random.int(1000, until - 3000)
    const target: Target = random.chance(0.5)
      ? { role: 'client', number: random.int(0, clients - 1) }
      : { role: 'owner', uuid: 'room-0' }
    return { type: 'break', at, target, lateMs: random.int(150, 2500) }
  })
  return { faults, operations: [] }
}

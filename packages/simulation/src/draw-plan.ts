// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Random } from '@hcengineering/network-testing/kernel'
import { drawAvailable, servesApart, withKiosks } from './draw-available'
import { drawDrains, drawFaults, drawPartitions } from './draw-faults'
import { answering, drawPlacement, isCrowded } from './draw-placement'
import { drawOperations, drawPressure } from './draw-operations'
import { drawScenes } from './draw-scenes'
import { drawVisitedEnds, drawVisits } from './draw-visits'
import { drawTurns, takesTurns, withTellers } from './draw-turns'
import { availableKind, names, statelessKind } from './names'
import {
  faultKinds,
  hostileWays,
  type AgentShape,
  type EndBehaviour,
  type Fault,
  type FaultKind,
  type Operation,
  type Plan,
  type StartBehaviour
} from './plan'

/** By how much a clock may go wrong: two of them together by 80 ms in the longest lease, 10 s, whose guard is 100 ms. */
export const maxClockError = 0.004

/** When the workload ends and everything heals. */
const healAt = 20_000

/** Draws a whole run from its seed: one stream per concern, so that a change in one leaves the others as they are. */
export function drawPlan(seed: number): Plan {
  const enabled = drawEnabled(new Random(seed, 'enabled'))
  const drawn = drawAgents(new Random(seed, 'agents'))
  const taking = takesTurns(seed) ? withTellers(drawn) : drawn
  const agents = servesApart(seed) ? withKiosks(taking) : taking
  const clients = new Random(seed, 'clients').int(2, 3)
  const latencyMs = drawLatency(new Random(seed, 'latency'))
  const operations = drawOperations(seed, clients, enabled, healAt)
  const aimed = enabled.includes('break') ? drawAimedBreaks(new Random(seed, 'aimed'), operations, latencyMs) : []
  const apart = enabled.includes('cut') ? drawPartitions(new Random(seed, 'apart'), agents.length, healAt) : []
  const kiosks = servesApart(seed) ? drawAvailable(seed, clients, enabled, healAt) : undefined
  const scenes = drawScenes(seed, agents.length, clients, enabled, healAt)
  const starts = enabled.includes('containers') ? drawStarts(seed) : {}
  return {
    seed,
    ...drawPlacement(seed, agents),
    ...(kiosks === undefined ? {} : { available: [availableKind] }),
    clients,
    boots: drawBoots(new Random(seed, 'boots'), 1 + agents.length + clients),
    protocols: drawProtocols(new Random(seed, 'protocols'), 1 + agents.length + clients),
    latencyMs,
    ...drawPiles(new Random(seed, 'piles')),
    ...drawHostility(new Random(seed, 'hostility')),
    enabled,
    operations: [
      ...operations,
      ...drawPressure(new Random(seed, 'pressure'), clients, apart),
      ...drawVisits(seed, clients, healAt),
      ...scenes.operations,
      ...(kiosks?.operations ?? []),
      ...(takesTurns(seed) ? drawTurns(seed, clients, healAt) : [])
    ].sort((a, b) => a.at - b.at),
    faults: [
      ...drawFaults(seed, agents.length, clients, enabled, healAt),
      ...(leavesInOrder(seed) ? drawDrains(seed, agents.length, healAt) : []),
      ...aimed,
      ...apart,
      ...drawDisk(new Random(seed, 'disk'), enabled),
      ...scenes.faults,
      ...(kiosks?.faults ?? [])
    ].sort((a, b) => a.at - b.at),
    starts: isCrowded(seed) ? answering(starts) : starts,
    ends: { ...drawEnds(seed, enabled.includes('containers')), ...drawVisitedEnds(seed) },
    ...drawClocks(new Random(seed, 'clocks'), 1 + agents.length + clients),
    ...drawTerminateMs(new Random(seed, 'terminate')),
    healAt
  }
}

function drawEnabled(random: Random): FaultKind[] {
  const choice = random.next()
  if (choice < 0.2) return []
  if (choice < 0.3) return [random.pick(faultKinds)]
  return faultKinds.filter(() => random.chance(0.5))
}

function drawAgents(random: Random): AgentShape[] {
  const count = random.int(2, 4)
  return Array.from({ length: count }, (_, number) => ({
    // Every kind has two agents at least, the last one only now and then.
    kinds:
      number < 2
        ? ['room', 'desk', ...(random.chance(0.5) ? ['shelf'] : [])]
        : random.chance(0.5)
          ? ['room']
          : ['desk', 'shelf'],
    direct: random.chance(0.75),
    opaque: random.chance(0.25),
    stateless: number < 2 || random.chance(0.3) ? [`${statelessKind}-0`] : []
  }))
}

function drawBoots(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.int(0, random.chance(0.1) ? 2000 : 100))
}

/** Mostly the newest everywhere; now and then an older one everywhere, or both side by side. */
function drawProtocols(random: Random, count: number): (1 | 2)[] {
  const share = random.pick([0, 0, 0, 0.3, 1])
  return Array.from({ length: count }, () => (random.chance(share) ? 1 : 2))
}

function drawLatency(random: Random): [number, number] {
  const least = random.pick([0.1, 1, 5])
  return [least, least * random.pick([1.5, 4, 20])]
}

/** One run in five: messages of a connection come together, so that one turn takes in several. */
function drawPiles(random: Random): Pick<Plan, 'pileMs'> {
  return random.chance(0.2) ? { pileMs: random.pick([1, 10, 30]) } : {}
}

/** A connection breaks while something is on its way over it: after a request or a broadcast, within a few latencies. */
function drawAimedBreaks(
  random: Random,
  operations: readonly Operation[],
  latencyMs: readonly [number, number]
): Fault[] {
  const targets = operations.filter(({ action: { type } }) => type === 'request' || type === 'broadcast')
  if (targets.length === 0) return []
  return Array.from({ length: random.int(0, 4) }, () => {
    const { at, client } = random.pick(targets)
    const target = { role: 'client', number: client } as const
    return { type: 'break', at: at + random.next() * 4 * latencyMs[1], target }
  })
}

/** In every second run; what two clocks differ stays within the guard of the longest lease. */
function drawClocks(random: Random, count: number): Pick<Plan, 'clocks'> {
  if (random.chance(0.5)) return {}
  return { clocks: Array.from({ length: count }, () => 1 + (random.next() - 0.5) * 2 * maxClockError) }
}

/** Mostly as long as a lease; else an end is given up while its agent may still serve. */
function drawTerminateMs(random: Random): Pick<Plan, 'terminateMs'> {
  return random.chance(0.75) ? {} : { terminateMs: random.pick([300, 1000]) }
}

/** One run in four with faults: the coordinator's disk is slow for a while. */
function drawDisk(random: Random, enabled: readonly FaultKind[]): Fault[] {
  if (enabled.length === 0 || !random.chance(0.25)) return []
  const at = random.int(0, healAt - 8000)
  return [{ type: 'disk', at, forMs: random.int(500, 8000), writeMs: random.pick([50, 500, 4000]) }]
}

/** One run in ten; half of those without changed bits, since no request is safe from them. */
function drawHostility(random: Random): Pick<Plan, 'hostile'> {
  if (!random.chance(0.1)) return {}
  const share = random.pick([0.01, 0.05, 0.2])
  const possible = random.chance(0.5) ? hostileWays : hostileWays.filter((way) => way !== 'flip')
  const ways = possible.filter(() => random.chance(0.6))
  return { hostile: { share, ways: ways.length === 0 ? ['drop'] : ways } }
}

function drawStarts(seed: number): Record<string, StartBehaviour[]> {
  const starts: Record<string, StartBehaviour[]> = {}
  for (const uuid of ['', ...Object.values(names).flat()]) {
    const random = new Random(seed, `starts/${uuid}`)
    starts[uuid] = Array.from({ length: 6 }, () => drawStart(random))
    // What every workload begins with: a run in which nothing starts proves nothing.
    if (uuid === 'room-0') starts[uuid][0] = { type: 'ok' }
  }
  return starts
}

/** One run in three: agents drain, and containers ask for time. */
function leavesInOrder(seed: number): boolean {
  return seed % 3 === 0
}

function drawEnds(seed: number, bad: boolean): Record<string, EndBehaviour[]> {
  const asksForTime = leavesInOrder(seed)
  if (!bad && !asksForTime) return {}
  const ends: Record<string, EndBehaviour[]> = {}
  for (const uuid of Object.values(names).flat()) {
    const random = new Random(seed, `ends/${uuid}`)
    ends[uuid] = Array.from({ length: 6 }, () => {
      const type = random.weighted({ ok: 6, slow: 2, throw: 1, never: 0.7 })
      if (asksForTime && random.chance(0.4))
        return { type: 'not-yet', ms: random.int(20, random.chance(0.2) ? 8000 : 2500) }
      if (!bad) return { type: 'ok' }
      return type === 'slow' ? { type, ms: random.int(20, random.chance(0.2) ? 4000 : 1500) } : { type }
    })
  }
  return ends
}

function drawStart(random: Random): StartBehaviour {
  const type = random.weighted({ ok: 5, slow: 2, throw: 1.5, never: 0.7, 'wrong-uuid': 0.3 })
  // Beyond the start deadline now and then.
  return type === 'slow' ? { type, ms: random.int(20, random.chance(0.2) ? 4000 : 1500) } : { type }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Random } from '@hcengineering/network-testing/kernel'
import type { Fault, FaultKind, Target } from './plan'

/** Faults until shortly before `until`, each kind from a stream of its own. */
export function drawFaults(
  seed: number,
  agents: number,
  clients: number,
  enabled: readonly FaultKind[],
  until: number
): Fault[] {
  const faults: Fault[] = []
  for (const kind of enabled) {
    if (kind === 'containers') {
      faults.push(...drawSickness(new Random(seed, 'faults/containers'), until))
      continue
    }
    const random = new Random(seed, `faults/${kind}`)
    const count = random.int(1, kind === 'break' ? 6 : 3)
    for (let i = 0; i < count; i++) {
      const at = random.int(500, until - 1500)
      const target = drawTarget(random, agents, clients)
      faults.push(drawFault(random, kind, at, target))
      // Trouble attracts trouble: the same victim, or whoever is left, shortly after.
      if (random.chance(0.3)) {
        const next = random.chance(0.5) ? target : drawTarget(random, agents, clients)
        faults.push(
          drawFault(random, random.pick(enabled.filter((one) => one !== 'containers')), at + random.int(0, 2500), next)
        )
      }
    }
  }
  return faults.filter(({ at }) => at < until).sort((a, b) => a.at - b.at)
}

/** Agents that are restarted in good order, in every second run. */
export function drawDrains(seed: number, agents: number, until: number): Fault[] {
  const random = new Random(seed, 'drains')
  if (random.chance(0.5)) return []
  return Array.from({ length: random.int(1, 3) }, () => ({
    type: 'drain',
    at: random.int(1_500, until - 1_500),
    target: { role: 'agent', number: random.int(0, agents - 1) },
    downMs: random.pick([50, 300, 1500])
  }))
}

/** An agent is cut off from the coordinator, and its clients reach it: now and then, from a stream of its own. */
export function drawPartitions(random: Random, agents: number, until: number): Fault[] {
  if (!random.chance(0.5)) return []
  return Array.from({ length: random.int(1, 2) }, () => ({
    type: 'cut',
    at: random.int(1500, until - 4500),
    target: random.chance(0.7)
      ? { role: 'owner', uuid: random.pick(['room-0', 'room-1', 'desk-0', 'altar-0']) }
      : { role: 'agent', number: random.int(0, agents - 1) },
    forMs: random.chance(0.8) ? random.int(3200, 8000) : random.int(50, 2500),
    reset: random.chance(0.3),
    way: random.weighted({ both: 3, in: 1, out: 1 }),
    coordinatorOnly: true
  }))
}

function drawSickness(random: Random, until: number): Fault[] {
  return Array.from({ length: random.int(0, 2) }, () => ({
    type: 'sicken',
    at: random.int(1000, until - 5000),
    // A stateless container that is ended for its health does not come back, which no rule here expects.
    uuid: random.pick(['room-0', 'room-1', 'desk-0']),
    forMs: random.int(500, 8000),
    how: random.pick(['reject', 'hang'])
  }))
}

function drawTarget(random: Random, agents: number, clients: number): Target {
  const role = random.weighted({ owner: 4, agent: 2, coordinator: 3, client: 1.5 })
  switch (role) {
    case 'coordinator':
      return { role }
    case 'owner':
      return { role, uuid: random.pick(['room-0', 'room-1', 'desk-0', 'altar-0']) }
    case 'agent':
      return { role, number: random.int(0, agents - 1) }
    case 'client':
      return { role, number: random.int(0, clients - 1) }
  }
}

function drawFault(random: Random, type: FaultKind, at: number, target: Target): Fault {
  const long = random.chance(0.6)
  switch (type) {
    case 'kill':
    case 'stop':
      return { type, at, target, downMs: random.pick([50, 300, 1500, 5000]) }
    case 'pause':
      return {
        type,
        at,
        target,
        forMs: long ? random.int(3200, 8000) : random.int(50, 2500),
        noticed: random.chance(0.6)
      }
    case 'cut':
      return {
        type,
        at,
        target,
        forMs: long ? random.int(3200, 8000) : random.int(50, 2500),
        reset: random.chance(0.5),
        way: random.weighted({ both: 3, in: 1, out: 1 })
      }
    default:
      return { type: 'break', at, target, ...(random.chance(0.5) ? { pick: random.next() } : {}) }
  }
}

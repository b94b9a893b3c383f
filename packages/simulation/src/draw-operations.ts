// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Random } from '@hcengineering/network-testing/kernel'
import { names, statelessKind } from './names'
import type { Action, Fault, FaultKind, Operation, RequestBehaviour } from './plan'
import { settings } from './settings'

/** Longer than it takes to heal. */
const patientMs = 22_000

const labels = [['red'], ['blue'], ['red', 'blue']] as const

/** What the clients do, each from a stream of its own. */
export function drawOperations(
  seed: number,
  clients: number,
  enabled: readonly FaultKind[],
  until: number
): Operation[] {
  const operations: Operation[] = enabled.length === 0 ? drawMismatches(seed, clients, until) : []
  const badContainers = enabled.includes('containers')
  for (let client = 0; client < clients; client++) {
    const random = new Random(seed, `operations/${client}`)
    operations.push(...opening(client), ...patient(client, until))
    operations.push(...drawStreams(new Random(seed, `streams/${client}`), client, until))
    const busy = random.int(15, 60)
    for (let i = 0; i < busy; i++) {
      // The first ones come before anybody is up, or at the same instant.
      const at = random.chance(0.1) ? random.int(0, 20) * 50 : random.int(100, until - 500)
      operations.push({ at, client, action: drawAction(random, badContainers) })
    }
  }
  return operations.sort((a, b) => a.at - b.at)
}

function drawMismatches(seed: number, clients: number, until: number): Operation[] {
  const random = new Random(seed, 'operations/mismatch')
  return Array.from({ length: random.int(0, 6) }, () => ({
    at: random.int(2000, until - 500),
    client: random.int(0, clients - 1),
    action: { type: 'mismatch', pick: random.next(), kind: random.pick(['room', 'desk']) }
  }))
}

/** So that every run has something to show: the same in all of them. */
function opening(client: number): Operation[] {
  const ask = { pick: 0, behaviour: 'echo', ms: 1, timeoutMs: 4000, idempotent: false } as const
  return [
    { at: 200, client, action: { type: 'get', kind: 'room', uuid: 'room-0' } },
    { at: 1000, client, action: { type: 'request', way: 'reference', ...ask } },
    { at: 5000, client, action: { type: 'request', way: 'reference', ...ask } }
  ]
}

/** What is asked when the faults end, and must be answered before anybody would give up. */
function patient(client: number, until: number): Operation[] {
  const ask = { pick: 0, behaviour: 'echo', ms: 1, timeoutMs: patientMs, idempotent: false } as const
  return [300, 900].map((before) => ({
    at: until - before,
    client,
    action: { type: 'request', way: 'reference', ...ask }
  }))
}

function drawAction(random: Random, badContainers: boolean): Action {
  const type = random.weighted({ get: 5, request: 9, connect: 3, disconnect: 1, broadcast: 4, release: 2, list: 0.5 })
  const pick = random.next()
  switch (type) {
    case 'get':
      return drawGet(random)
    case 'request':
      return {
        type,
        pick,
        way: random.weighted({ reference: 3, connection: 3, client: 1 }),
        behaviour: drawBehaviour(random, badContainers),
        ms: random.int(1, random.chance(0.2) ? 3000 : 200),
        timeoutMs: random.pick([1000, 4000, 8000]),
        idempotent: random.chance(0.2)
      }
    case 'broadcast':
      return { type, pick, count: random.int(1, 5) }
    case 'list':
      return { type }
    default:
      return { type, pick }
  }
}

/** Whoever is cut off is asked for something when its lease ends, and so is whoever comes after it. */
export function drawPressure(random: Random, clients: number, partitions: readonly Fault[]): Operation[] {
  const ask = (at: number, client: number, behaviour: RequestBehaviour): Operation => {
    const [pick, ms] = [random.next(), random.int(500, 2500)]
    const way = random.pick(['reference', 'connection'] as const)
    return {
      at,
      client,
      action: { type: 'request', pick, way, behaviour, ms, timeoutMs: settings.callMs, idempotent: false }
    }
  }
  const leaseMs = settings.aliveSeconds * 1000
  return partitions.flatMap(({ at }) =>
    Array.from({ length: clients }, (_, client) => [
      ask(at + leaseMs - random.int(100, 1500), client, 'slow'),
      ask(at + leaseMs + random.int(-300, 100), client, 'echo'),
      ask(at + leaseMs + random.int(100, 1000), client, 'echo')
    ]).flat()
  )
}

function drawStreams(random: Random, client: number, until: number): Operation[] {
  return Array.from({ length: random.int(3, 8) }, () => {
    const count = random.pick([0, 3, 20, 400])
    const action: Action = {
      type: 'stream',
      pick: random.next(),
      way: random.pick(['reference', 'connection']),
      count,
      paceMs: count > 20 ? 0 : random.pick([0, 50, 200]),
      input: random.chance(0.4),
      ...(random.chance(0.2) ? { leaveAfter: random.int(1, 30) } : {}),
      ...(random.chance(0.2) ? { abortAfterMs: random.int(1, 1000) } : {})
    }
    return { at: random.int(500, until - 500), client, action }
  })
}

function drawGet(random: Random): Action {
  const kind = random.weighted({ room: 6, desk: 3, shelf: 1, [statelessKind]: 1.5 })
  const by = random.weighted({ uuid: 7, labels: 2, nothing: 1 })
  if (kind === statelessKind) return { type: 'get', kind, ...(by === 'uuid' ? { uuid: `${kind}-0` } : {}) }
  switch (by) {
    case 'uuid':
      return { type: 'get', kind, uuid: random.pick(names[kind]) }
    case 'labels':
      return { type: 'get', kind, labels: random.pick(labels) }
    default:
      return { type: 'get', kind }
  }
}

function drawBehaviour(random: Random, badContainers: boolean): RequestBehaviour {
  if (!badContainers) return random.weighted({ echo: 4, slow: 1 })
  return random.weighted({ echo: 4, slow: 2, throw: 1, never: 0.5 })
}

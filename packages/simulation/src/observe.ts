// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientUuid, ContainerUuid, NetworkImpl, NetworkStats } from '@hcengineering/network-core'
import type { BookedHold, QuietView, Whereabouts } from '@hcengineering/network-testing/kernel'
import { pendingWork } from './pending'
import type { World } from './world'

/** The coordinator's tables, which are nobody else's business. */
interface Tables {
  holds(client: ClientUuid, uuid: ContainerUuid): number
  stats(): NetworkStats
  check(): void
}

function tablesOf(network: NetworkImpl): Tables {
  return (network as unknown as { readonly kernel: { readonly state: Tables } }).kernel.state
}

/** Why the coordinator's tables disagree, if they do. */
export function tablesProblem(world: World): string | undefined {
  const { coordinator } = world
  if (coordinator === undefined) return undefined
  try {
    tablesOf(coordinator.network).check()
    return undefined
  } catch (error) {
    return String(error)
  }
}

/** What everybody knows now. */
export async function quietView(world: World): Promise<QuietView> {
  const network = world.coordinator?.network
  if (network === undefined) throw new Error('No coordinator')
  const state = tablesOf(network)
  const wanted = new Map<string, number>()
  const booked = new Map<string, BookedHold>()
  for (const { process, held, client } of world.clients) {
    for (const [uuid, hold] of client.references) booked.set(`${process.name} ${uuid}`, hold)
    for (const { reference } of held) {
      const key = `${process.name} ${reference.uuid}`
      wanted.set(key, (wanted.get(key) ?? 0) + 1)
    }
  }
  const coordinator = (await network.list()).map(({ uuid, agentId }): Whereabouts => ({ uuid, agent: agentId }))
  const counted = new Map<string, number>()
  const clients = world.clients.map(({ client }) => client.clientId)
  // What waits for room is held, and not listed
  const holdable = new Set([...coordinator.map(({ uuid }) => uuid), ...heldUuids(world)])
  for (const uuid of holdable) {
    for (const client of clients) {
      const count = state.holds(client, uuid as ContainerUuid)
      if (count > 0) counted.set(`${client} ${uuid}`, count)
    }
  }
  const total = [...counted.values()].reduce((sum, count) => sum + count, 0)
  const strangers = state.stats().references - total
  if (strangers !== 0) counted.set('holds of nobody who lives', strangers)
  const active = await activeCopies(world)
  const problem = tablesProblem(world)
  return {
    counted,
    wanted,
    booked,
    coordinator,
    agents: active,
    connected: [...world.living.values()].flatMap(({ uuid, clients: those }) =>
      those.map((client) => `${uuid} ${client}`)
    ),
    living: livingCopies(world, active),
    pending: pendingWork(world, state.stats()),
    ...(problem === undefined ? {} : { tables: problem })
  }
}

function heldUuids(world: World): string[] {
  return world.clients.flatMap(({ held }) => held.map(({ reference }) => reference.uuid))
}

async function activeCopies(world: World): Promise<Whereabouts[]> {
  const lists = await Promise.all(world.agents.map(async ({ agent }) => await agent.list()))
  // A standby copy has no activation.
  return lists
    .flat()
    .flatMap(({ uuid, agentId, stateless, token }) =>
      stateless === true && token === undefined ? [] : [{ uuid, agent: agentId }]
    )
}

/** Copies that exist; of the stateless ones, which exist always, the active ones. */
function livingCopies(world: World, active: readonly Whereabouts[]): Whereabouts[] {
  const all = [...world.living.values()].map(({ uuid, process }) => ({ uuid, agent: process.name.replace(/#.*/, '') }))
  const stateless = new Set(world.plan.agents.flatMap((agent) => agent.stateless))
  return all.filter(
    (copy) => !stateless.has(copy.uuid) || active.some(({ uuid, agent }) => uuid === copy.uuid && agent === copy.agent)
  )
}

/** Connections of which no copy of their container knows, though there is room for one. */
export async function deafConnections(world: World): Promise<string[]> {
  const copies = [...world.living.values()]
  const outside = new Set<string>(await withoutRoom(world))
  return world.clients.flatMap(({ client, listensTo }) =>
    listensTo
      .filter(
        (uuid) =>
          !outside.has(uuid) && !copies.some((copy) => copy.uuid === uuid && copy.clients.includes(client.clientId))
      )
      .map((uuid) => `${client.clientId} ${uuid}`)
  )
}

async function withoutRoom({ coordinator }: World): Promise<ContainerUuid[]> {
  const waiting = (await coordinator?.network.operator.unserved()) ?? []
  return waiting.flatMap(({ uuid, waitsFor }) => (waitsFor?.startsWith('room for') === true ? [uuid] : []))
}

/** Copies that live though nobody may want them: all but the stateless ones, and what the coordinator counts. */
export function leftovers(world: World): { living: Whereabouts[]; references: number } {
  const network = world.coordinator?.network
  return {
    living: livingCopies(world, []),
    references: network === undefined ? 0 : tablesOf(network).stats().references
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  parseEndpointRef,
  type ContainerKind,
  type ContainerReference,
  type ContainerUuid,
  type GetOptions,
  type NetworkClient
} from '@hcengineering/network-core'
import { ClosedLoop, type Load, type RoundResult } from '../harness/closed-loop'
import { serveCommands } from '../harness/serve-commands'
import { connectTo, type CoordinatorAddress } from '../systems/connect'

/** Gets of containers of one kind. */
export interface GettingLoad extends Load {
  readonly kind: string
  /** The same uuids each time, instead of new ones. */
  readonly again?: boolean
  /** New containers get the labels of so many tenants in turn. */
  readonly tenants?: number
}

/** Where the containers that are held have come to. */
export interface Spread {
  /** How many each agent has that has any. */
  readonly perAgent: readonly number[]
  /** Labels that containers of more than one agent have. */
  readonly torn: number
}

interface Got {
  readonly reference: ContainerReference
  readonly label?: string
}

let client: NetworkClient | undefined
let got: Got[] = []

function connected(): NetworkClient {
  if (client === undefined) throw new Error('The client is not started')
  return client
}

function wanted(n: number, { kind, again = false, tenants }: GettingLoad): GetOptions & { uuid: ContainerUuid } {
  const uuid = (again ? `${kind}-${n}` : crypto.randomUUID()) as ContainerUuid
  return tenants === undefined ? { uuid } : { uuid, labels: [`tenant:${n % tenants}`] }
}

const commands = {
  start: async (address: CoordinatorAddress): Promise<void> => {
    client = connectTo(address)
    await client.waitConnection()
  },
  get: async (load: GettingLoad): Promise<RoundResult> => {
    const get = async (n: number): Promise<boolean> => {
      const options = wanted(n, load)
      const reference = await connected().get(load.kind as ContainerKind, options)
      got.push({ reference, label: options.labels?.[0] })
      return reference.uuid === options.uuid
    }
    return await new ClosedLoop(get, load).run()
  },
  spread: (): Spread => {
    const perAgent = new Map<string, number>()
    const agentsOf = new Map<string, Set<string>>()
    for (const { reference, label } of got) {
      const { agentId } = parseEndpointRef(reference.endpoint)
      perAgent.set(agentId, (perAgent.get(agentId) ?? 0) + 1)
      if (label !== undefined) agentsOf.set(label, (agentsOf.get(label) ?? new Set()).add(agentId))
    }
    return {
      perAgent: [...perAgent.values()],
      torn: [...agentsOf.values()].filter(({ size }) => size > 1).length
    }
  },
  release: async (): Promise<void> => {
    const all = got
    got = []
    await Promise.all(all.map(async ({ reference }) => await reference.close()))
  },
  /** How many containers of that kind serve on although they were to end. */
  lingering: async ({ kind }: { kind: string }): Promise<number> => {
    const records = await connected().list(kind as ContainerKind)
    return records.filter(({ preTermination }) => preTermination !== undefined).length
  }
}

/** What a scenario may ask of a client that gets. */
export type GettingClientCommands = typeof commands

serveCommands(commands)

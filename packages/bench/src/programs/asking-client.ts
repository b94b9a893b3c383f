// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type {
  ContainerConnection,
  ContainerKind,
  ContainerReference,
  ContainerUuid,
  NetworkClient
} from '@hcengineering/network-core'
import { ClosedLoop, type Load, type RoundResult } from '../harness/closed-loop'
import { serveCommands } from '../harness/serve-commands'
import { connectTo, type CoordinatorAddress } from '../systems/connect'

/** Containers of one kind, and how they are asked. */
export interface Held {
  readonly kind: string
  readonly containers: number
  /** By a connection each, instead of by reference. */
  readonly connect?: boolean
}

/** What the containers of a kind are asked, in turn. */
export interface AskingLoad extends Load {
  readonly kind: string
  readonly operation: string
  /** The first so many, instead of all. */
  readonly containers?: number
  /** What goes with each request besides its number. */
  readonly data?: object
}

type Handler = ContainerReference | ContainerConnection

const references = new Map<string, ContainerReference[]>()
const handlers = new Map<string, Handler[]>()
let client: NetworkClient | undefined

function handlersOf(kind: string): Handler[] {
  const found = handlers.get(kind)
  if (found === undefined) throw new Error(`No containers of kind '${kind}' are held`)
  return found
}

const commands = {
  start: async (address: CoordinatorAddress): Promise<void> => {
    client = connectTo(address)
    await client.waitConnection()
  },
  /** The containers of a kind have the same uuids each time. */
  hold: async ({ kind, containers, connect = false }: Held): Promise<void> => {
    const get = async (i: number): Promise<ContainerReference> => {
      if (client === undefined) throw new Error('The client is not started')
      return await client.get(kind as ContainerKind, { uuid: `${kind}-${i}` as ContainerUuid })
    }
    const held = await Promise.all(Array.from({ length: containers }, async (_, i) => await get(i)))
    references.set(kind, held)
    handlers.set(kind, connect ? await Promise.all(held.map(async (one) => await one.connect())) : held)
  },
  /** Each answer must carry the number of its request. */
  load: async ({ kind, operation, containers, data, ...load }: AskingLoad): Promise<RoundResult> => {
    const asked = handlersOf(kind).slice(0, containers)
    const ask = async (n: number): Promise<boolean> => {
      const answer = (await asked[n % asked.length].request(operation, { ...data, n })) as { n?: number }
      return answer.n === n
    }
    return await new ClosedLoop(ask, load).run()
  },
  /** What each container of the kind answers. */
  ask: async ({ kind, operation }: { kind: string; operation: string }): Promise<unknown[]> =>
    await Promise.all(handlersOf(kind).map(async (handler) => (await handler.request(operation)) as unknown)),
  release: async ({ kind }: { kind: string }): Promise<void> => {
    handlers.delete(kind)
    await Promise.all((references.get(kind) ?? []).map(async (reference) => await reference.close()))
  }
}

/** What a scenario may ask of a client that asks. */
export type AskingClientCommands = typeof commands

serveCommands(commands)

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { OperatorClient } from '@hcengineering/network-client'
import type { ContainerFactory, DrainResult } from '@hcengineering/network-core'
import { monotonicMs } from '../harness/monotonic'
import { serveCommands } from '../harness/serve-commands'
import { connectTo, type CoordinatorAddress } from '../systems/connect'
import { CountingContainer } from '../systems/counting-container'
import { factoryOf } from '../systems/factory'
import { LingeringContainer, type Lingering } from '../systems/lingering-container'
import { RemindedContainer } from '../systems/reminded-container'
import { peerKindOf, TurnContainer, type Concurrency, type PeerKind } from '../systems/turn-container'

/** Kinds that a service can be told to serve. */
export type ServiceKind = 'counting' | 'lingering' | 'reminded' | Concurrency | PeerKind

const lingering: Lingering = { made: 0, postponed: 0, restored: 0 }
let client: OperatorClient | undefined

/** Containers of both kinds of a concurrency, each the peer of the one with its uuid and a mark, or without it. */
function turnFactories(concurrency: Concurrency, by: OperatorClient): Record<string, ContainerFactory> {
  const peerKind = peerKindOf(concurrency)
  const mark = '-peer'
  return {
    [concurrency]: factoryOf((uuid) => new TurnContainer(concurrency, by, { kind: peerKind, uuid: uuid + mark })),
    [peerKind]: factoryOf(
      (uuid) => new TurnContainer(concurrency, by, { kind: concurrency, uuid: uuid.slice(0, -mark.length) })
    )
  }
}

function factories(by: OperatorClient): Record<string, ContainerFactory> {
  return {
    counting: factoryOf(() => new CountingContainer()),
    lingering: factoryOf(() => new LingeringContainer(lingering)),
    reminded: factoryOf(() => new RemindedContainer()),
    ...turnFactories('serial', by),
    ...turnFactories('parallel', by)
  }
}

const commands = {
  /** As a service does that its users write: a client, which serves an agent. */
  start: async ({ kinds, ...address }: CoordinatorAddress & { kinds: readonly ServiceKind[] }): Promise<void> => {
    client = connectTo(address)
    const all = factories(client)
    await client.serveAgent('127.0.0.1:0', Object.fromEntries(kinds.map((kind) => [kind, all[kind]])))
  },
  /** Its containers move or end; then it leaves. */
  drain: async (): Promise<DrainResult & { beganAtMs: number; ms: number }> => {
    if (client === undefined) throw new Error('There is nothing to drain')
    const beganAtMs = monotonicMs()
    const result = await client.drain()
    const ms = monotonicMs() - beganAtMs
    await client.close()
    return { ...result, beganAtMs, ms }
  },
  /** When the last counting container moved here; see `monotonicMs`. */
  arrivedAtMs: (): number => CountingContainer.arrivedAtMs,
  lingering: (): Lingering => lingering,
  /** When each reminder came but the first so many, and how many containers have been started since the process was. */
  reminded: ({ from }: { from: number }): { heardAt: number[]; made: number } => ({
    heardAt: RemindedContainer.heardAt.slice(from),
    made: RemindedContainer.made
  })
}

/** What a scenario may ask of a service. */
export type ServiceCommands = typeof commands

serveCommands(commands)

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid } from '@hcengineering/network-core'
import { serveCommands } from '../harness/serve-commands'
import { everyOfNode, measureTicks, type Every, type TicksAsked, type TicksResult } from '../harness/ticks'
import { connectTo, type CoordinatorAddress } from '../systems/connect'
import { factoryOf } from '../systems/factory'
import { TickingContainer } from '../systems/ticking-container'

const kind = 'ticking' as ContainerKind
const GETS_IN_FLIGHT = 64

const commands = {
  /** An agent that serves so many containers, which are held. */
  start: async ({ containers, ...address }: CoordinatorAddress & { containers: number }): Promise<void> => {
    const client = connectTo(address)
    await client.serveAgent('127.0.0.1:0', { [kind]: factoryOf(() => new TickingContainer()) })
    let left = containers
    const fill = async (): Promise<void> => {
      while (--left >= 0) await client.get(kind, { uuid: crypto.randomUUID() as ContainerUuid })
    }
    await Promise.all(Array.from({ length: GETS_IN_FLIGHT }, fill))
  },
  /** A timer of each of so many containers; the others have none. */
  tick: async ({ containers, ...ticks }: TicksAsked & { containers: number }): Promise<TicksResult> => {
    const timers = TickingContainer.timers.slice(0, containers)
    if (timers.length < containers) throw new Error(`Of ${containers} containers ${timers.length} serve`)
    const everies = timers.map(
      (own): Every =>
        (everyMs, tick) =>
          own.every(everyMs, tick)
    )
    return await measureTicks(everies, ticks)
  },
  /** The same of so many timers of Node. */
  tickBare: async ({ timers, ...ticks }: TicksAsked & { timers: number }): Promise<TicksResult> =>
    await measureTicks(
      Array.from({ length: timers }, () => everyOfNode),
      ticks
    )
}

/** What a scenario may ask of an agent whose containers tick. */
export type TickingAgentCommands = typeof commands

serveCommands(commands)

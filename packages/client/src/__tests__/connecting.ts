// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerConnection, ContainerKind, ContainerUuid, EventGap } from '@hcengineering/network-core'
import type { NetworkClientImpl } from '../network-client'
import type { World } from './world'

export const chat = 'chat' as ContainerKind
export const room = { uuid: 'room' as ContainerUuid }

/** Gets the room and connects to it. */
export async function connect(world: World, client: NetworkClientImpl): Promise<ContainerConnection> {
  const reference = await client.get(chat, room)
  const connecting = reference.connect()
  connecting.catch(() => {})
  await world.pass(100)
  return await connecting
}

/** What a connection receives. */
export function record(connection: ContainerConnection): { events: unknown[]; gaps: EventGap[] } {
  const seen: { events: unknown[]; gaps: EventGap[] } = { events: [], gaps: [] }
  connection.on = async (event) => {
    seen.events.push(event)
  }
  connection.onGap = (gap) => {
    seen.gaps.push(gap)
  }
  return seen
}

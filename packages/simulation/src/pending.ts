// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkStats } from '@hcengineering/network-core'
import type { World } from './world'

/** One side of a session, whose tables are nobody else's business. */
interface Conversation {
  readonly requests: { readonly size: number }
  readonly backlog: { readonly bytes: number }
  readonly ofPeer: {
    readonly table: { readonly size: number; readonly answeredSize: number; readonly keptBytes: number }
  }
}

interface ServerInside {
  readonly sessions: {
    readonly sessions: { all(): Iterable<{ readonly client: string; readonly conversation: Conversation }> }
  }
}

interface ClientInside {
  readonly parts: {
    readonly coordinator: { readonly rpc: { readonly session: { readonly conversation: Conversation } } }
  }
}

interface AgentInside {
  readonly server?: { readonly rpcServer: unknown }
}

/** What is under way or kept anywhere, as `who: what`: nothing, once nobody does anything. */
export function pendingWork(world: World, stats: NetworkStats): string[] {
  const found: string[] = []
  const note = (who: string, numbers: Readonly<Record<string, number>>): void => {
    for (const [what, number] of Object.entries(numbers)) if (number !== 0) found.push(`${who}: ${number} ${what}`)
  }
  const { pendingGets, pendingStarts, pendingTerminations, waitingRegistrations } = stats
  note('coordinator', { pendingGets, pendingStarts, pendingTerminations, waitingRegistrations })
  noteServer('coordinator', world.coordinator?.server.rpcServer)
  for (const program of world.agents) {
    noteServer(program.process.name, (program as unknown as AgentInside).server?.rpcServer)
  }
  for (const { process, client } of [...world.agents, ...world.clients]) {
    noteConversation(process.name, (client as unknown as ClientInside).parts.coordinator.rpc.session.conversation)
  }
  return found

  function noteServer(name: string, server: unknown): void {
    if (server === undefined) return
    for (const { client, conversation } of (server as ServerInside).sessions.sessions.all()) {
      noteConversation(`${name} towards ${client}`, conversation)
    }
  }

  function noteConversation(name: string, { requests, backlog, ofPeer: { table } }: Conversation): void {
    note(name, {
      'requests sent or waiting': requests.size,
      'bytes to be sent': backlog.bytes,
      'requests that run': table.size,
      'answers kept': table.answeredSize,
      'bytes of answers kept': table.keptBytes
    })
  }
}

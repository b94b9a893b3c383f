// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactories, ContainerRecord } from '../../api/container'
import { NetworkEventKind } from '../../api/events'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../../api/identifiers'
import { EchoFactory, FakeTickManager, type EchoBehaviour } from '../../testing'
import { AgentImpl } from '../agent'
import type { AgentOptions } from '../agent-options'

export const echo = 'echo' as ContainerKind
export const agentId = 'agent-1' as AgentUuid
export const client = (name: string): ClientUuid => name as ClientUuid
export const uuid = (name: string): ContainerUuid => name as ContainerUuid
export const ref = (text: string): ContainerEndpointRef => text as ContainerEndpointRef

/** One event of one container as the agent reported it. */
export interface Reported {
  readonly event: 'added' | 'updated' | 'removed'
  readonly container: ContainerRecord
}

/** An agent in virtual time with one kind, and what it reported. */
export interface Fixture {
  readonly agent: AgentImpl
  readonly factory: EchoFactory
  readonly time: FakeTickManager
  readonly reports: Reported[][]
}

export function newFixture(
  behaviour: EchoBehaviour = {},
  options: AgentOptions = {},
  factories?: ContainerFactories
): Fixture {
  const time = new FakeTickManager()
  const factory = new EchoFactory(behaviour)
  const agent = new AgentImpl(agentId, factories ?? { [echo]: factory.create }, { tickManager: time, ...options })
  const reports: Reported[][] = []
  agent.onUpdate = async ({ containers }) => {
    reports.push(
      containers.map(({ container, event }) => ({ event: NetworkEventKind[event] as Reported['event'], container }))
    )
  }
  return { agent, factory, time, reports }
}

/** What a rejected promise was rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`Expected a rejection, got ${JSON.stringify(value)}`)
    },
    (error: unknown) => error
  )
}

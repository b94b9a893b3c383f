// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  groupByArray,
  type AgentRecordInfo,
  type AgentUuid,
  type ContainerKind,
  type ContainerRecord,
  type DrainResult,
  type NetworkAgent,
  type TickManager
} from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import type { ResolvedClientOptions } from './options'
import { Pause } from './waits'

/** Between two reports of what a drain waits for. */
export const drainReportMs = 5_000

/** Containers that a line of the log names, and kinds of which one tells. */
const maxNamed = 10

/** Tells, while agents drain, what that waits for: it can take its whole time, and changes nothing that is to be seen. */
export class DrainReport {
  constructor(
    private readonly coordinator: Coordinator,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {}

  /** At once, and then every 5 s until `drain` settles. */
  async during(
    agents: readonly NetworkAgent[],
    timeoutMs: number,
    drain: () => Promise<DrainResult>
  ): Promise<DrainResult> {
    const { logger } = this.options
    const until = this.tickManager.now() + timeoutMs
    const pause = new Pause(this.tickManager)
    const state = { over: false }
    const tell = async (): Promise<void> => {
      while (!state.over) {
        const left = (await listOf(agents)).filter((record) => !isStandby(record))
        const others = await this.others(agents)
        if (state.over) return
        this.report(left, others, Math.max(0, until - this.tickManager.now()))
        await pause.wait(drainReportMs)
      }
    }
    const draining = drain()
    // An agent of the user's own may not tell what it has
    tell().catch(() => {})
    try {
      const result = await draining
      logger.info('The agents have drained', { ...result })
      return result
    } finally {
      state.over = true
      pause.end()
    }
  }

  private report(
    left: readonly ContainerRecord[],
    others: readonly AgentRecordInfo[] | undefined,
    forMs: number
  ): void {
    const { logger } = this.options
    const kinds = [...groupByArray(left, ({ kind }) => kind)].sort(([, a], [, b]) => b.length - a.length)
    for (const [kind, records] of kinds.slice(0, maxNamed)) {
      const { stays, why } = reasonOf(kind, records, others)
      const containers = records.slice(0, maxNamed).map(({ uuid }) => uuid)
      const text = `Draining, ${records.length} of kind ${kind} left: ${why}`
      if (stays) logger.warn(text, { kind, left: records.length, containers, forMs })
      else logger.info(text, { kind, left: records.length, containers, forMs })
    }
  }

  /** Who may take over what leaves; undefined while the coordinator does not tell. */
  private async others(own: readonly NetworkAgent[]): Promise<AgentRecordInfo[] | undefined> {
    if (!this.coordinator.isUp) return undefined
    const ids = new Set<AgentUuid>(own.map(({ uuid }) => uuid))
    try {
      const all = await this.coordinator.call('al', {}, { timeoutMs: drainReportMs, resend: false })
      return all.filter(({ agentId, draining }) => !ids.has(agentId) && draining !== true)
    } catch {
      return undefined
    }
  }
}

/** Why those are left yet, and whether that changes by itself. */
function reasonOf(
  kind: ContainerKind,
  records: readonly ContainerRecord[],
  others: readonly AgentRecordInfo[] | undefined
): { stays: boolean; why: string } {
  if (others === undefined) return { stays: true, why: 'the coordinator cannot be reached, so that nothing moves' }
  if (records.every(({ stateless }) => stateless === true))
    return { stays: false, why: 'a copy on another agent takes over, where there is one' }
  const offering = others.filter(({ kinds }) => kinds.includes(kind))
  if (offering.length === 0)
    return { stays: true, why: 'no other agent offers the kind, so that those which are held stay' }
  if (!offering.some((agent) => hasRoom(agent, kind)))
    return { stays: true, why: 'every other agent that offers the kind is full, so that those which are held stay' }
  return { stays: false, why: 'they move to other agents, or end' }
}

function hasRoom({ capacity, placed }: AgentRecordInfo, kind: ContainerKind): boolean {
  const below = (taken: number | undefined, limit: number | undefined): boolean => (taken ?? 0) < (limit ?? Infinity)
  return below(placed?.containers, capacity?.containers) && below(placed?.byKind?.[kind], capacity?.byKind?.[kind])
}

/** Copies that wait for their turn leave with their agent, and nobody waits for that. */
function isStandby({ stateless, token }: ContainerRecord): boolean {
  return stateless === true && token === undefined
}

async function listOf(agents: readonly NetworkAgent[]): Promise<ContainerRecord[]> {
  return (await Promise.all(agents.map(async (agent) => await agent.list()))).flat()
}

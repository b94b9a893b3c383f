// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../api/identifiers'
import type { AgentTable } from './agent-table'
import type { Company } from './company'
import type { ContainerRow } from './rows'

/** What decides whose places a row takes, and in whose company it is. */
export type OccupancyKeys = Readonly<Pick<ContainerRow, 'agentId' | 'labels' | 'destination'>> & {
  readonly seat: AgentUuid | undefined
}

/** The agent of which it takes a place; stateless copies, which agents bring themselves, take none. */
export function seatOf({ agentId, stateless, activating }: ContainerRow): AgentUuid | undefined {
  return stateless || activating !== undefined ? undefined : agentId
}

/** Keeps count of the places that containers take, as their rows change. */
export class Occupancy {
  constructor(
    private readonly agents: AgentTable,
    private readonly company: Company
  ) {}

  move({ kind }: ContainerRow, before: OccupancyKeys | undefined, after: OccupancyKeys | undefined): void {
    const { agents, company } = this
    if (before?.seat !== after?.seat) {
      if (before?.seat !== undefined) agents.occupy(before.seat, kind, -1)
      if (after?.seat !== undefined) agents.occupy(after.seat, kind, 1)
    }
    if (before?.destination !== after?.destination) {
      if (before?.destination !== undefined) agents.occupy(before.destination, kind, -1)
      if (after?.destination !== undefined) agents.occupy(after.destination, kind, 1)
    }
    if (before?.agentId === after?.agentId && before?.labels === after?.labels) return
    if (before?.agentId !== undefined) company.change(kind, before.labels, before.agentId, -1)
    if (after?.agentId !== undefined) company.change(kind, after.labels, after.agentId, 1)
  }
}

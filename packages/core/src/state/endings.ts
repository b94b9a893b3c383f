// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerRecord } from '../api/container'
import type { ContainerUuid } from '../api/identifiers'
import { compareTokens } from '../api/token'
import type { Adoption } from './adoption'
import type { RemainingLease } from './lifecycle'
import { endTimeoutMs } from './options'
import type { AgentRow, ContainerRow } from './rows'
import type { Tables } from './tables'

/** Containers that agents were ending when they registered: their last requests may run, so nobody else serves them before. */
export class Endings {
  constructor(
    private readonly tables: Tables,
    private readonly adoption: Adoption
  ) {}

  /** All that the agent is ending now: what it has told before and does not tell again has ended. */
  told(agent: AgentRow, records: readonly ContainerRecord[], now: number): void {
    const before = agent.ending
    agent.ending = new Set(records.map(({ uuid }) => uuid))
    for (const uuid of before) if (!agent.ending.has(uuid)) this.release(agent, uuid, now)
    for (const record of records) this.await(agent, record, now)
  }

  /** It has ended on that agent. */
  over(agent: AgentRow, uuid: ContainerUuid, now: number): void {
    if (agent.ending.delete(uuid)) this.release(agent, uuid, now)
  }

  /** The agent is gone: nothing ends there any more, but it may believe for a while that it is not. */
  left(agent: AgentRow, { until, givenUp }: RemainingLease): void {
    for (const uuid of agent.ending) {
      const row = this.awaited(agent, uuid)
      if (row === undefined) continue
      row.leasedUntil = until
      row.givenUp = givenUp
      givenUp?.rows.push(row)
      this.tables.displaced.add(row)
    }
  }

  private await(agent: AgentRow, record: ContainerRecord, now: number): void {
    const { containers, tokens, options, displaced } = this.tables
    const { uuid, kind, token, labels, extra } = record
    tokens.see(token)
    if (this.adoption.isVoid(agent, record)) return
    const known = containers.get(uuid)
    // What serves or starts is here, or comes later than this
    const unserved = known === undefined || known.state === 'lost' || known.state === 'recovering'
    if (!unserved || (known !== undefined && known.kind !== kind)) return
    if (compareTokens(token, known?.servedToken) < 0) return
    const row = known ?? containers.add({ kind, uuid, labels, extra, state: 'lost' })
    // As if it had begun just now; and it may be paused meanwhile
    const leasedUntil = now + endTimeoutMs(options, kind) + this.tables.patienceMs(agent.agentId)
    containers.update(row, {
      state: 'lost',
      expectedAgentId: undefined,
      servedBy: agent.agentId,
      servedToken: token,
      leasedUntil,
      givenUp: undefined
    })
    displaced.add(row)
  }

  private release(agent: AgentRow, uuid: ContainerUuid, now: number): void {
    const row = this.awaited(agent, uuid)
    if (row === undefined) return
    row.leasedUntil = now
    this.tables.displaced.add(row)
  }

  /** It is still that end which it waits for. */
  private awaited({ agentId }: AgentRow, uuid: ContainerUuid): ContainerRow | undefined {
    const row = this.tables.containers.get(uuid)
    return row?.state === 'lost' && row.leasedUntil > 0 && row.servedBy === agentId ? row : undefined
  }
}

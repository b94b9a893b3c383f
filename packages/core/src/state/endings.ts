// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerRecord } from '../api/container'
import type { AgentUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import { compareTokens } from '../api/token'
import type { Adoption } from './adoption'
import type { Lifecycle, RemainingLease } from './lifecycle'
import { endTimeoutMs } from './options'
import { endsOn, troubleOf, type AgentRow, type ContainerRow } from './rows'
import type { Tables } from './tables'

/**
 * What may not have ended on its agent, so that nobody else serves it before: containers that agents were ending when they
 * registered, whose last requests may run, and starts that were given up, of which the agent has not heard.
 */
export class Endings {
  constructor(
    private readonly tables: Tables,
    private readonly lifecycle: Lifecycle,
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
    for (const uuid of [...agent.ending, ...agent.startsGivenUp.keys()]) {
      const row = this.awaited(agent, uuid)
      if (row === undefined) continue
      row.leasedUntil = until
      row.givenUp = givenUp
      if (row.trouble !== undefined) row.trouble.givenUpBy = undefined
      givenUp?.rows.push(row)
      this.tables.displaced.add(row)
    }
  }

  /**
   * What the agent brings is not its own any more. Where nobody has it since, nobody does before it has ended there: the agent
   * may have a lease all the same, from the run that gave it up.
   */
  unwanted(agent: AgentRow, { uuid, kind, labels, extra }: ContainerRecord, now: number): void {
    const { containers, displaced } = this.tables
    const reason = 'it lives elsewhere, or was given up'
    const known = containers.get(uuid)
    const unserved = known === undefined || known.state === 'lost' || known.state === 'recovering'
    const isOther = known !== undefined && (known.kind !== kind || known.leasedUntil > now)
    if (!unserved || isOther || agent.startsGivenUp.has(uuid))
      return this.lifecycle.endCopy(agent.agentId, uuid, reason)
    const row = known ?? containers.add({ kind, uuid, labels, extra, state: 'lost' })
    this.endFirst(agent.agentId, row, uuid, now, reason)
    displaced.add(row)
  }

  /** Its start there was given up. What comes of it ends; a coordinator after this one would take it for what serves. */
  startGivenUp(agentId: AgentUuid, row: ContainerRow, uuid: ContainerUuid, now: number): void {
    this.endFirst(agentId, row, uuid, now, 'its start was given up')
  }

  /** The agent is told to end what it has, or comes to have, of that uuid: nobody else serves before. */
  private endFirst(agentId: AgentUuid, row: ContainerRow, uuid: ContainerUuid, now: number, reason: string): void {
    const { agents, terminations, outbox } = this.tables
    const agent = agents.get(agentId)
    if (agent === undefined) return
    const terminationId = terminations.giveUp({ agentId, uuid })
    outbox.push({ type: 'terminate', terminationId, agentId, uuid, reason, final: true, move: false })
    // Of 0.7: it may not answer, and holds no lease
    if (!agent.moves) return
    agent.startsGivenUp.set(uuid, terminationId)
    troubleOf(row).givenUpBy = agentId
    row.leasedUntil = this.latest(agent, row.kind, now)
  }

  /** That start has been heard of; `false` when it was another end. */
  heard(terminationId: number, now: number): boolean {
    const asked = this.tables.terminations.heard(terminationId)
    if (asked === undefined) return false
    const agent = this.tables.agents.get(asked.agentId)
    if (agent?.startsGivenUp.get(asked.uuid) !== terminationId) return true
    agent.startsGivenUp.delete(asked.uuid)
    this.release(agent, asked.uuid, now)
    return true
  }

  private await(agent: AgentRow, record: ContainerRecord, now: number): void {
    const { containers, tokens, displaced } = this.tables
    const { uuid, kind, token, labels, extra } = record
    tokens.see(token)
    if (this.adoption.isVoid(agent, record)) return
    const known = containers.get(uuid)
    // What serves or starts is here, or comes later than this
    const unserved = known === undefined || known.state === 'lost' || known.state === 'recovering'
    if (!unserved || (known !== undefined && known.kind !== kind)) return
    if (compareTokens(token, known?.servedToken) < 0) return
    const row = known ?? containers.add({ kind, uuid, labels, extra, state: 'lost' })
    const leasedUntil = this.latest(agent, kind, now)
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
    if (row.trouble !== undefined) row.trouble.givenUpBy = undefined
    this.tables.displaced.add(row)
  }

  /** As if it had begun just now; and the agent may be paused meanwhile. */
  private latest({ agentId }: AgentRow, kind: ContainerKind, now: number): number {
    return now + endTimeoutMs(this.tables.options, kind) + this.tables.patienceMs(agentId)
  }

  /** It is still that end which it waits for. */
  private awaited({ agentId }: AgentRow, uuid: ContainerUuid): ContainerRow | undefined {
    const row = this.tables.containers.get(uuid)
    const unserved = row?.state === 'lost' || row?.state === 'recovering'
    return unserved && row.leasedUntil > 0 && endsOn(row) === agentId ? row : undefined
  }
}

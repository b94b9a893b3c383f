// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecordInfo } from '../api/agent'
import type { ContainerRecord, GetOptions } from '../api/container'
import type { ContainerExplanation, ContainerSummary, FailedGets, KindWait } from '../api/diagnosis'
import type { AgentUuid, ClientUuid, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { ActivationToken } from '../api/token'
import { explain, failedGetsByKind, unserved, whyNotServed } from './explain'
import type { ContainerLookup } from './queries'
import { agentInfos, lookup } from './reports'
import { recordOf } from './rows'
import type { Tables } from './tables'
import { waitsByKind } from './waits'

/** What can be asked of the coordinator's tables. Nothing here changes them. */
export class NetworkView {
  constructor(protected readonly tables: Tables) {}

  hasClient(client: ClientUuid): boolean {
    return this.tables.clients.get(client) !== undefined
  }

  hasAgent(agentId: AgentUuid): boolean {
    return this.tables.agents.get(agentId) !== undefined
  }

  /** Who owns that agent; undefined for in-process and unknown ones. */
  ownerOf(agentId: AgentUuid): ClientUuid | undefined {
    return this.tables.clients.ownerOf(agentId)
  }

  agents(): AgentRecordInfo[] {
    return agentInfos(this.tables)
  }

  kinds(): ContainerKind[] {
    return this.tables.agents.kinds()
  }

  /** The active containers, of one kind or of all (undefined and null). */
  list(kind?: ContainerKind | null): ContainerRecord[] {
    return [...this.tables.containers.active(kind ?? undefined)].map(recordOf)
  }

  /** References of that client to that container. */
  holds(client: ClientUuid, uuid: ContainerUuid): number {
    const row = this.tables.containers.get(uuid)
    return row === undefined ? 0 : this.tables.references.count(client, row)
  }

  lookup(uuid: ContainerUuid): ContainerLookup | undefined {
    return lookup(this.tables, uuid)
  }

  /** With what it was started, and would be again. */
  startOf(uuid: ContainerUuid): GetOptions | undefined {
    const row = this.tables.containers.get(uuid)
    if (row === undefined) return undefined
    const { labels, extra } = row
    return { uuid, ...(labels === undefined ? {} : { labels: [...labels] }), ...(extra === undefined ? {} : { extra }) }
  }

  /** Whether a container waits for that termination to end, or for its agent to hear of it. */
  awaitsEnd(terminationId: number): boolean {
    const { terminations, agents } = this.tables
    if (terminations.get(terminationId) !== undefined) return true
    const asked = terminations.givenUpBy(terminationId)
    return asked !== undefined && agents.get(asked.agentId)?.startsGivenUp.get(asked.uuid) === terminationId
  }

  /** All that is known of that uuid, or of what last had it; undefined when nothing. */
  explain(uuid: ContainerUuid, now: number, unixNow: number): ContainerExplanation | undefined {
    return explain(this.tables, uuid, { now, unixNow })
  }

  /** What is not served, of one kind or of all. */
  unserved(kind: ContainerKind | undefined, now: number, unixNow: number): ContainerSummary[] {
    return unserved(this.tables, kind, { now, unixNow })
  }

  /** What gets, and held containers that are not served, wait for. */
  waits(now: number): KindWait[] {
    return waitsByKind(this.tables, now)
  }

  /** Which gets have failed lately. */
  failedGets(now: number, unixNow: number): FailedGets[] {
    return failedGetsByKind(this.tables, { now, unixNow })
  }

  /** Why that container is not served, for the stage of an error; undefined when there is none. */
  whyNotServed(uuid: ContainerUuid, now: number): string | undefined {
    return whyNotServed(this.tables, uuid, now)
  }

  /** The last token that was given or seen. */
  get lastToken(): ActivationToken {
    return this.tables.tokens.last
  }

  /** Of this run: the first part of its tokens. */
  get epoch(): number {
    return this.tables.tokens.epoch
  }

  /** Whether the recovery window is open. */
  get recovering(): boolean {
    return this.tables.recovering
  }
}

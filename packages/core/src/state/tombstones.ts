// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ClientUuid, ContainerUuid } from '../api/identifiers'
import { compareTokens, type ActivationToken } from '../api/token'

/** Containers and agents remembered; the oldest are forgotten first. 100 000 containers take about 10 MB. */
const maxContainers = 100_000
const maxAgents = 10_000

/**
 * What was forgotten while agents were away that had been given up: one of them may come back with an older copy, and must
 * not be believed. Empty as long as everybody is here.
 */
export class Tombstones {
  /** Of containers that are no more, the last activation that served. */
  private readonly last = new Map<ContainerUuid, ActivationToken>()
  /** Given up as silent: whose it was, and the last token then. */
  private readonly away = new Map<
    AgentUuid,
    { readonly client: ClientUuid | undefined; readonly token: ActivationToken }
  >()
  /** The newest of those that were forgotten because there were too many. */
  private lost: ActivationToken | undefined

  /**
   * That agent of that client is silent, and may serve what it has: the last token is that.
   *
   * @param client undefined where only an earlier run knew it
   */
  gaveUp(agentId: AgentUuid, client: ClientUuid | undefined, token: ActivationToken): void {
    this.away.delete(agentId)
    this.away.set(agentId, { client, token })
    trim(this.away, maxAgents)
  }

  /** It is back, and what it has is settled. Another process under its id is another matter: the first may come back yet. */
  back(agentId: AgentUuid, client: ClientUuid | undefined): void {
    const gone = this.away.get(agentId)
    if (gone === undefined || (gone.client !== undefined && gone.client !== client)) return
    this.away.delete(agentId)
    if (this.away.size === 0) this.last.clear()
  }

  /** A container is forgotten. */
  bury(uuid: ContainerUuid, token: ActivationToken | undefined): void {
    if (this.away.size === 0 || token === undefined) return
    this.last.delete(uuid)
    this.last.set(uuid, token)
    const oldest = trim(this.last, maxContainers)
    if (compareTokens(oldest, this.lost) > 0) this.lost = oldest
  }

  /** Whether a container that nobody knows any more was served by a later activation than the one that the agent brings. */
  overtook(agentId: AgentUuid, uuid: ContainerUuid, token: ActivationToken | undefined): boolean {
    if (token === undefined) return false
    if (compareTokens(this.last.get(uuid), token) > 0) return true
    const since = this.away.get(agentId)?.token
    return since !== undefined && compareTokens(token, since) <= 0 && compareTokens(this.lost, since) > 0
  }
}

/** Answers what had to go. */
function trim<K, V>(map: Map<K, V>, most: number): V | undefined {
  if (map.size <= most) return undefined
  const [[key, value]] = map
  map.delete(key)
  return value
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import { keyOfLabel, type KindRules, type PlacementRules } from './placement-rules'

type Role = 'attract' | 'repel'

/** By label that attracts or repels, the agents that have containers with it, and how many. */
export class Company {
  private readonly attracting = new Map<string, Map<AgentUuid, number>>()
  private readonly repelling = new Map<string, Map<AgentUuid, number>>()

  constructor(private readonly rules: PlacementRules) {}

  /** A container of that kind with these labels is on that agent, or is no more. */
  change(kind: ContainerKind, labels: readonly string[] | undefined, agentId: AgentUuid, by: 1 | -1): void {
    if (labels === undefined) return
    const rules = this.rules.of(kind)
    for (const label of labelsOf(rules, 'attract', labels)) count(this.attracting, label, agentId, by)
    for (const label of labelsOf(rules, 'repel', labels)) count(this.repelling, label, agentId, by)
  }

  /** Whether a container with such labels wants to be with others. */
  isAttracted(kind: ContainerKind, labels: readonly string[] | undefined): boolean {
    return labels !== undefined && labelsOf(this.rules.of(kind), 'attract', labels).length > 0
  }

  isRepelled(kind: ContainerKind, labels: readonly string[] | undefined): boolean {
    return labels !== undefined && labelsOf(this.rules.of(kind), 'repel', labels).length > 0
  }

  /** Agents with which it wants to be, those longest in company first. */
  *mates(kind: ContainerKind, labels: readonly string[]): Generator<AgentUuid, void> {
    for (const label of labelsOf(this.rules.of(kind), 'attract', labels)) {
      yield* this.attracting.get(label)?.keys() ?? []
    }
  }

  /** Containers on that agent from which it wants to be apart. */
  rivals(kind: ContainerKind, labels: readonly string[] | undefined, agentId: AgentUuid): number {
    if (labels === undefined) return 0
    let rivals = 0
    for (const label of labelsOf(this.rules.of(kind), 'repel', labels))
      rivals += this.repelling.get(label)?.get(agentId) ?? 0
    return rivals
  }

  /** For tests: everything that is counted. */
  entries(): string[] {
    const all: string[] = []
    for (const [role, index] of [
      ['attract', this.attracting],
      ['repel', this.repelling]
    ] as const) {
      for (const [label, agents] of index)
        for (const [agentId, number] of agents) all.push(`${role} ${label} ${agentId} ${number}`)
    }
    return all.sort()
  }
}

function labelsOf(rules: KindRules, role: Role, labels: readonly string[]): readonly string[] {
  const keys = rules[role]
  return keys.size === 0 ? [] : labels.filter((label) => keys.has(keyOfLabel(label)))
}

function count(index: Map<string, Map<AgentUuid, number>>, label: string, agentId: AgentUuid, by: 1 | -1): void {
  const agents = index.get(label) ?? new Map<AgentUuid, number>()
  const number = (agents.get(agentId) ?? 0) + by
  if (number === 0) agents.delete(agentId)
  else agents.set(agentId, number)
  if (agents.size === 0) index.delete(label)
  else index.set(label, agents)
}

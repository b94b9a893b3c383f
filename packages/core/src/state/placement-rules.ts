// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import type { KindPlacement, PlacementPolicy } from '../api/placement'

/** Where the containers of one kind are started: `KindPlacement` with every value decided. */
export interface KindRules {
  readonly policy: PlacementPolicy
  /** Absent: any. */
  readonly agents: ReadonlySet<string> | undefined
  readonly attract: ReadonlySet<string>
  readonly repel: ReadonlySet<string>
  readonly rebalance: boolean
}

const noKeys: ReadonlySet<string> = new Set()

/** What holds where nothing is said. */
export const usualRules: KindRules = {
  policy: 'round-robin',
  agents: undefined,
  attract: noKeys,
  repel: noKeys,
  rebalance: false
}

export function rulesOf({ policy = usualRules.policy, agents, attract, repel, rebalance }: KindPlacement): KindRules {
  return {
    policy,
    agents: agents && new Set(agents),
    attract: attract === undefined ? noKeys : new Set(attract),
    repel: repel === undefined ? noKeys : new Set(repel),
    rebalance: rebalance === true
  }
}

/** The rules of every kind. */
export class PlacementRules {
  constructor(
    private readonly usual: KindRules = usualRules,
    private readonly byKind: ReadonlyMap<string, KindRules> = new Map()
  ) {}

  of(kind: ContainerKind): KindRules {
    return this.byKind.size === 0 ? this.usual : (this.byKind.get(kind) ?? this.usual)
  }

  allows(kind: ContainerKind, agentId: AgentUuid): boolean {
    return this.of(kind).agents?.has(agentId) !== false
  }
}

/** What comes before the first `:` or `=`; the whole label where there is neither. */
export function keyOfLabel(label: string): string {
  const end = label.search(/[:=]/)
  return end < 0 ? label : label.slice(0, end)
}

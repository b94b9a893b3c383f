// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import type { AgentRow, ContainerRow } from './rows'
import type { Supervision } from './supervision'
import type { Tables } from './tables'

/** An agent must have so many more of a kind than the one that joined: less is not worth a move. */
const leastDifference = 2

/** And so many more of what it has, as a part. */
const leastShare = 0.1

/** Containers of one agent that are looked at for one that may move. */
const maxLookedAt = 64

/** An agent that joined, and a kind that it may be given. */
interface Target {
  readonly agentId: AgentUuid
  readonly kind: ContainerKind
}

/** Moves held containers to agents that join, a few at a time, until the difference is not worth it. */
export class Rebalancing {
  private readonly targets = new Map<string, Target>()
  /** What is on its way, and to whom. */
  private readonly busy = new Map<ContainerRow, Target>()
  private nextAt = -Infinity

  constructor(
    private readonly tables: Tables,
    private readonly supervision: Supervision
  ) {}

  /** That agent is new, or offers something new. */
  joined({ agentId, kinds, draining }: AgentRow): void {
    if (this.tables.options.rebalancing === undefined || draining) return
    for (const kind of kinds) {
      if (!this.tables.rules.of(kind).rebalance || !this.tables.rules.allows(kind, agentId)) continue
      this.targets.set(keyOf({ agentId, kind }), { agentId, kind })
    }
  }

  /** When something may move next by time alone. */
  nextDeadline(): number | undefined {
    const { options, recovery } = this.tables
    if (this.targets.size === 0 || recovery?.open === true) return undefined
    return this.busy.size < (options.rebalancing?.atOnce ?? 0) ? this.nextAt : undefined
  }

  advance(now: number): void {
    const { options, recovery } = this.tables
    const { rebalancing } = options
    if (rebalancing === undefined || this.targets.size + this.busy.size === 0) return
    this.forgetArrived()
    if (recovery?.open === true) return
    for (const [key, target] of this.targets) {
      if (this.busy.size >= rebalancing.atOnce || now < this.nextAt) return
      this.targets.delete(key)
      const row = this.find(target)
      if (row === undefined) continue
      // Others have their turn before it
      this.targets.set(key, target)
      this.busy.set(row, target)
      this.nextAt = now + 60_000 / rebalancing.perMinute
      this.supervision.move(row, 'it moves to an agent that has joined', now, target.agentId)
    }
  }

  /** Whoever could not start what was to move there is given no more. */
  private forgetArrived(): void {
    for (const [row, target] of this.busy) {
      const { state, agentId } = row
      if (this.tables.containers.has(row) && (state === 'moving' || state === 'lost' || state === 'starting')) continue
      this.busy.delete(row)
      if (agentId !== target.agentId && state === 'active') this.targets.delete(keyOf(target))
    }
  }

  private find({ agentId, kind }: Target): ContainerRow | undefined {
    const { candidates, containers } = this.tables
    const target = candidates.withRoom(kind, agentId)
    const source = target && this.fullest(kind, target)
    if (source === undefined) return undefined
    let left = maxLookedAt
    for (const row of containers.pools.staying(source.agentId, kind)) {
      if (this.mayMove(row, agentId)) return row
      if (--left === 0) return undefined
    }
    return undefined
  }

  /** The agent that has the most of a kind, if that is worth a move; looks at all who offer it, so seldom that it may. */
  private fullest(kind: ContainerKind, target: AgentRow): AgentRow | undefined {
    let fullest: AgentRow | undefined
    let most = 0
    for (const row of this.tables.agents.offer(kind)?.all.values() ?? []) {
      const count = this.stayingOn(row, kind)
      if (row === target || !row.moves || count <= most) continue
      fullest = row
      most = count
    }
    const difference = most - target.seats.of(kind)
    return difference >= Math.max(leastDifference, most * leastShare) ? fullest : undefined
  }

  private stayingOn({ agentId, seats }: AgentRow, kind: ContainerKind): number {
    return seats.of(kind) - this.tables.containers.pools.countMoving(agentId, kind)
  }

  /** What nobody holds ends by itself; what wants to be where it is, or not there, stays. */
  private mayMove({ kind, labels, holders, stateless, pinned }: ContainerRow, to: AgentUuid): boolean {
    const { company } = this.tables
    if (holders.size === 0 || stateless || pinned !== undefined) return false
    return !company.isAttracted(kind, labels) && company.rivals(kind, labels, to) === 0
  }
}

function keyOf({ agentId, kind }: Target): string {
  return `${agentId.length}:${agentId}${kind}`
}

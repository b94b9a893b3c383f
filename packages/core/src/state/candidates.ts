// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerKind } from '../api/identifiers'
import type { PlacementPolicy } from '../api/placement'
import type { AgentTable } from './agent-table'
import type { Company } from './company'
import type { Meter } from './meter'
import type { Offer } from './offer'
import type { PlacementRules } from './placement-rules'
import type { AgentRow } from './rows'

/** Agents that are looked at for the labels of one container, at most. */
const maxLookedAt = 8

/** An agent whose event loop is late by so many milliseconds counts as having twice as much to do. */
const lagUnitMs = 20

/** What is to be started. */
export interface Wish {
  readonly kind: ContainerKind
  readonly labels: readonly string[] | undefined
  /** Nowhere else. */
  readonly pinned: AgentUuid | undefined
}

/** The agent that a policy chooses of those with room, none of `except`; none: the next in turn. */
type Choice = (offer: Offer, except?: ReadonlySet<AgentUuid>) => AgentRow | undefined

/** Chooses the agent that starts a container; costs the same whatever the number of agents. */
export class Candidates {
  private readonly byPolicy: Readonly<Record<PlacementPolicy, Choice>> = {
    'round-robin': () => undefined,
    'least-loaded': (offer, except) => this.lesser(offer, except)
  }

  constructor(
    private readonly agents: AgentTable,
    private readonly company: Company,
    private readonly rules: PlacementRules,
    private readonly random: () => number,
    private readonly meter: Meter
  ) {}

  /** The agent whose container of the kind a get has that asks for no other; it need not have room. */
  turn(kind: ContainerKind): AgentRow | undefined {
    const offer = this.agents.offer(kind)
    if (offer === undefined) return undefined
    return this.byPolicy[this.rules.of(kind).policy](offer) ?? this.meter.one(offer.all.next())
  }

  /** An agent with room for it, none of `except`. */
  choose(wish: Wish, except: ReadonlySet<AgentUuid>): AgentRow | undefined {
    const { kind, labels, pinned } = wish
    if (pinned !== undefined) return except.has(pinned) ? undefined : this.withRoom(kind, pinned)
    const offer = this.agents.offer(kind)
    if (offer === undefined || offer.open.size === 0) return undefined
    if (labels !== undefined) {
      const row = this.attracted(kind, labels, except) ?? this.apart(offer, kind, labels, except)
      if (row !== undefined) return row
    }
    return this.byPolicy[this.rules.of(kind).policy](offer, except) ?? this.inTurn(offer, except)
  }

  /** That agent, if it offers the kind and has room. */
  withRoom(kind: ContainerKind, agentId: AgentUuid): AgentRow | undefined {
    const row = this.agents.get(agentId)
    return row !== undefined && this.agents.offer(kind)?.open.has(row) === true ? row : undefined
  }

  /** Somebody may start it, room or not. */
  isOffered({ kind, pinned }: Wish): boolean {
    const offer = this.agents.offer(kind)
    if (pinned === undefined || offer === undefined) return offer !== undefined
    const row = this.agents.get(pinned)
    return row !== undefined && offer.all.has(row)
  }

  private attracted(
    kind: ContainerKind,
    labels: readonly string[],
    except: ReadonlySet<AgentUuid>
  ): AgentRow | undefined {
    let left = maxLookedAt
    for (const agentId of this.company.mates(kind, labels)) {
      const row = except.has(agentId) ? undefined : this.withRoom(kind, agentId)
      if (row !== undefined || --left === 0) return row
    }
    return undefined
  }

  /** Of some the one with the fewest rivals; none where nothing repels. */
  private apart(
    offer: Offer,
    kind: ContainerKind,
    labels: readonly string[],
    except: ReadonlySet<AgentUuid>
  ): AgentRow | undefined {
    if (!this.company.isRepelled(kind, labels)) return undefined
    let best: AgentRow | undefined
    let fewest = Infinity
    for (let left = Math.min(maxLookedAt, offer.open.size); left > 0 && fewest > 0; left--) {
      const row = this.meter.one(offer.open.next())
      if (row === undefined || except.has(row.agentId)) continue
      const rivals = this.company.rivals(kind, labels, row.agentId)
      if (rivals < fewest) {
        best = row
        fewest = rivals
      }
    }
    return best
  }

  private lesser({ open }: Offer, except?: ReadonlySet<AgentUuid>): AgentRow | undefined {
    const drawn = open.two(this.random)
    if (drawn === undefined) return undefined
    this.meter.visits += 2
    const [first, second] = except === undefined ? drawn : drawn.filter(({ agentId }) => !except.has(agentId))
    return second === undefined || loadOf(first) <= loadOf(second) ? first : second
  }

  /** The next in turn; looks at one more than may not have it at most, as long as all have room. */
  private inTurn({ all, open }: Offer, except: ReadonlySet<AgentUuid>): AgentRow | undefined {
    for (let left = Math.min(all.size, except.size + 1); left > 0; left--) {
      const row = this.meter.one(all.next())
      if (row !== undefined && open.has(row) && !except.has(row.agentId)) return row
    }
    for (let left = Math.min(open.size, except.size + 1); left > 0; left--) {
      const row = this.meter.one(open.next())
      if (row !== undefined && !except.has(row.agentId)) return row
    }
    return undefined
  }
}

function loadOf({ seats, load }: AgentRow): number {
  return (1 + seats.total + load.inFlight) * (1 + load.lagMs / lagUnitMs)
}

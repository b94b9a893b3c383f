// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { AtMostOnce, CallsSettle, type Checker, SingleOwner } from '@hcengineering/network-testing/kernel'
import type { Plan } from '../plan'
import { Agreement } from './agreement'
import { AvailableOwners } from './available-owners'
import { CapacityKept } from './capacity'
import { EventOrder } from './event-order'
import { Healing } from './healing'
import { Holds } from './holds'
import { Linearizability } from './linearizability'
import { NothingPending } from './nothing-pending'
import { Outcomes } from './outcomes'
import { PlannedMoves } from './planned-moves'
import { Reminders } from './reminders'
import { Streams } from './streams'
import { Timers } from './timers'
import { TurnsApart } from './turns'

type CheckedPlan = Pick<Plan, 'hostile' | 'enabled' | 'placement'> &
  Partial<Pick<Plan, 'faults' | 'protocols' | 'available' | 'terminateMs'>>

/** One of each, for one run; over a hostile network what holds all the same. */
export function checkersFor(plan: CheckedPlan): Checker[] {
  const { hostile, enabled, placement } = plan
  const available = new Set(plan.available)
  const capacity = new CapacityKept(placement?.capacities ?? [])
  if (hostile === undefined) {
    const hasty = plan.terminateMs !== undefined
    const all = allCheckers({ rebalances: placement !== undefined, calm: isCalm(plan), hasty, available })
    return [...all, new Outcomes(!enabled.includes('containers')), capacity]
  }
  // A changed bit makes another request of one, or another answer
  // A stream has no deadline of its own: what is dropped without a trace nobody asks for again
  const settle = new CallsSettle((what) => what.startsWith('stream'))
  if (hostile.ways.includes('flip')) return [settle]
  const owners = [new SingleOwner(available), new Linearizability(false, available)]
  return [settle, new AtMostOnce(), ...owners, capacity, new TurnsApart(false)]
}

/** Nothing happens to anybody, and everybody speaks the newest protocol. */
function isCalm({ enabled, faults, protocols }: CheckedPlan): boolean {
  return enabled.length === 0 && faults?.length === 0 && protocols?.every((protocol) => protocol === 2) === true
}

/** How a run is, as far as it matters to what must hold in it. */
interface RunTraits {
  /** What is held may move though nobody drains. */
  readonly rebalances?: boolean
  /** See {@link TurnsApart}. */
  readonly calm?: boolean
  /** See {@link PlannedMoves}. */
  readonly hasty?: boolean
  /** Kinds that may have two owners for a while. */
  readonly available?: ReadonlySet<string>
}

/** One of each. */
export function allCheckers(traits: RunTraits = {}): Checker[] {
  const { rebalances = false, calm = false, hasty = false, available = new Set() } = traits
  return [
    new CallsSettle(),
    new AtMostOnce(),
    new SingleOwner(available),
    new AvailableOwners(available),
    new Holds(rebalances),
    new Linearizability(true, available),
    new Agreement(),
    new EventOrder(),
    new Streams(),
    new Healing(),
    new NothingPending(),
    new PlannedMoves(hasty),
    new Timers(available),
    new Reminders(),
    new TurnsApart(calm)
  ]
}

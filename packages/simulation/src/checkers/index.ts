// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { AtMostOnce, CallsSettle, type Checker, SingleOwner } from '@hcengineering/network-testing/kernel'
import type { Plan } from '../plan'
import { Agreement } from './agreement'
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

/** One of each, for one run; over a hostile network what holds all the same. */
export function checkersFor({
  hostile,
  enabled,
  placement
}: Pick<Plan, 'hostile' | 'enabled' | 'placement'>): Checker[] {
  const capacity = new CapacityKept(placement?.capacities ?? [])
  if (hostile === undefined)
    return [...allCheckers(placement !== undefined), new Outcomes(!enabled.includes('containers')), capacity]
  // A changed bit makes another request of one, or another answer
  // A stream has no deadline of its own: what is dropped without a trace nobody asks for again
  const settle = new CallsSettle((what) => what.startsWith('stream'))
  return hostile.ways.includes('flip')
    ? [settle]
    : [settle, new AtMostOnce(), new SingleOwner(), new Linearizability(false), capacity]
}

/** One of each. @param rebalances what is held may move though nobody drains */
export function allCheckers(rebalances: boolean = false): Checker[] {
  return [
    new CallsSettle(),
    new AtMostOnce(),
    new SingleOwner(),
    new Holds(rebalances),
    new Linearizability(),
    new Agreement(),
    new EventOrder(),
    new Streams(),
    new Healing(),
    new NothingPending(),
    new PlannedMoves(),
    new Timers(),
    new Reminders()
  ]
}

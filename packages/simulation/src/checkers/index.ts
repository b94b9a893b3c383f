// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker } from '../history'
import type { Plan } from '../plan'
import { Agreement } from './agreement'
import { AtMostOnce } from './at-most-once'
import { CallsSettle } from './calls-settle'
import { EventOrder } from './event-order'
import { Healing } from './healing'
import { Holds } from './holds'
import { NothingPending } from './nothing-pending'
import { Outcomes } from './outcomes'
import { PlannedMoves } from './planned-moves'
import { SingleOwner } from './single-owner'
import { Streams } from './streams'
import { TurnsApart } from './turns'

type CheckedPlan = Pick<Plan, 'hostile' | 'enabled'> & Partial<Pick<Plan, 'faults' | 'protocols'>>

/** One of each, for one run; over a hostile network what holds all the same. */
export function checkersFor(plan: CheckedPlan): Checker[] {
  const { hostile, enabled } = plan
  if (hostile === undefined) {
    return [...allCheckers(isCalm(plan)), new Outcomes(!enabled.includes('containers'))]
  }
  // A changed bit makes another request of one, or another answer
  // A stream has no deadline of its own: what is dropped without a trace nobody asks for again
  const settle = new CallsSettle((what) => what.startsWith('stream'))
  return hostile.ways.includes('flip') ? [settle] : [settle, new AtMostOnce(), new SingleOwner(), new TurnsApart(false)]
}

/** Nothing happens to anybody, and everybody speaks the newest protocol. */
function isCalm({ enabled, faults, protocols }: CheckedPlan): boolean {
  return enabled.length === 0 && faults?.length === 0 && protocols?.every((protocol) => protocol === 2) === true
}

/** One of each. @param calm see {@link TurnsApart} */
export function allCheckers(calm: boolean = false): Checker[] {
  return [
    new CallsSettle(),
    new AtMostOnce(),
    new SingleOwner(),
    new Holds(),
    new Agreement(),
    new EventOrder(),
    new Streams(),
    new Healing(),
    new NothingPending(),
    new PlannedMoves(),
    new TurnsApart(calm)
  ]
}

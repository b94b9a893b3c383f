// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { AtMostOnce, CallsSettle, type Checker, SingleOwner } from '@hcengineering/network-testing/kernel'
import type { Plan } from '../plan'
import { Agreement } from './agreement'
import { EventOrder } from './event-order'
import { Healing } from './healing'
import { Holds } from './holds'
import { NothingPending } from './nothing-pending'
import { Outcomes } from './outcomes'
import { PlannedMoves } from './planned-moves'
import { Streams } from './streams'

/** One of each, for one run; over a hostile network what holds all the same. */
export function checkersFor({ hostile, enabled }: Pick<Plan, 'hostile' | 'enabled'>): Checker[] {
  if (hostile === undefined) return [...allCheckers(), new Outcomes(!enabled.includes('containers'))]
  // A changed bit makes another request of one, or another answer
  // A stream has no deadline of its own: what is dropped without a trace nobody asks for again
  const settle = new CallsSettle((what) => what.startsWith('stream'))
  return hostile.ways.includes('flip') ? [settle] : [settle, new AtMostOnce(), new SingleOwner()]
}

/** One of each. */
export function allCheckers(): Checker[] {
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
    new PlannedMoves()
  ]
}

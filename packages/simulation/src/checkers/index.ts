// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker } from '../history'
import { Agreement } from './agreement'
import { AtMostOnce } from './at-most-once'
import { CallsSettle } from './calls-settle'
import { EventOrder } from './event-order'
import { Healing } from './healing'
import { Holds } from './holds'
import { PlannedMoves } from './planned-moves'
import { SingleOwner } from './single-owner'

/** One of each, for one run. */
export function allCheckers(): Checker[] {
  return [
    new CallsSettle(),
    new AtMostOnce(),
    new SingleOwner(),
    new Holds(),
    new Agreement(),
    new EventOrder(),
    new Healing(),
    new PlannedMoves()
  ]
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { SystemRounds } from '../harness/echo-rounds'
import { judged, unmeasured, type Row, type Target } from '../model/row'
import { ratioOf } from '../model/spread'
import { missing, type SystemName } from '../systems/catalogue'

/** A number of ours that shall be so many times a peer's. */
export interface RatioGoal {
  readonly name: string
  readonly peer: SystemName
  readonly field: 'perSecond' | 'p50Ms'
  readonly target: Target
}

/** Ours ÷ theirs, judged; skipped where one of them was not measured. */
export function ratioRow({ name, peer, field, target }: RatioGoal, ours?: SystemRounds, theirs?: SystemRounds): Row {
  const described = { name, unit: '×' } as const
  if (ours === undefined || theirs === undefined) {
    return unmeasured({ ...described, remark: missing(peer) ?? 'not measured' }, 'skipped', target)
  }
  return judged(described, ratioOf(ours[field], theirs[field]), target)
}

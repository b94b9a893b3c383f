// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Logger } from '@hcengineering/network-core'
import { logFailure } from './call'

/** Carries out effects. */
export interface Performer<Effect> {
  perform(effect: Effect): void
}

/** Performs all effects, until none is left: what they bring about is put behind them, and none stops the others. */
export function performAll<Effect>(effects: Effect[], performer: Performer<Effect>, logger: Logger): void {
  for (let index = 0; index < effects.length; index++) {
    try {
      performer.perform(effects[index])
    } catch (error) {
      logFailure(logger, error)
    }
  }
  effects.length = 0
}

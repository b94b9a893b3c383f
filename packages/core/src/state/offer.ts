// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Lot } from './lot'
import { Ring } from './ring'
import type { AgentRow } from './rows'

/** The agents that offer a kind; those that drain offer nothing. */
export class Offer {
  /** All of them, in turn. */
  readonly all = new Ring<AgentRow>()
  /** Those with room for one more. */
  readonly open = new Lot<AgentRow>()
}

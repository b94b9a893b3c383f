// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { FaultNetwork, Settings } from './fault-network'
import type { Place, Wanted } from './lap'

/** What was done to a network, and who feels it. */
export interface Injury extends Wanted {
  /** Where the time to the next good answer is of interest. */
  readonly affects: (place: Place) => boolean
  /** Undoes it, at the latest when it has been `measured`. */
  readonly mend?: (measured: Promise<unknown>) => Promise<void>
}

/** Something that may befall a network. */
export interface Fault {
  readonly settings: Settings
  /** Lets it happen for the `round`th time; rejects when the network does not take it as it should. */
  inject(network: FaultNetwork, round: number): Promise<Injury>
}

export const usualSettings: Settings = { aliveSeconds: 3, deadlineMs: 10_000 }

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

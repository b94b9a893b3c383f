// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { FaultName } from './index'

/** What a fault has done to a network in all its rounds. */
export interface Report {
  readonly fault: FaultName
  readonly rounds: number
  /**
   * Milliseconds: from the fault to the next good answer, of every place that was affected; of a rolling restart, from when a
   * call was due to its answer, of every call.
   */
  readonly times: readonly number[]
  readonly executed: number
  /** Of those, in the middle of which a process was stopped, and went on when others had served. */
  readonly caught: number
  readonly events: number
  /** How calls ended: `answered` or a code, and how often. */
  readonly ends: ReadonlyMap<string, number>
  readonly violations: readonly string[]
  /** Why a round proves nothing, if one does not. */
  readonly vacuous?: string
  /** The history, kept because of a violation. */
  readonly folder?: string
}

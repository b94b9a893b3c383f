// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { judged, type Row } from '../model/row'
import { spreadOf } from '../model/spread'

/** Longer, and whoever else the process serves notices. */
const target = { atMost: 50 }

/** The longest of the stalls of a process's event loop, judged. */
export function stallRow(name: string, stallsMs: readonly number[]): Row {
  const { max } = spreadOf(stallsMs)
  return judged({ name, unit: 'ms' }, spreadOf([max]), target)
}

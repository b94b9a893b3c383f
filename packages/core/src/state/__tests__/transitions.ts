// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ContainerTable } from '../container-table'

type State = { readonly state: string } | undefined
type Move = (row: unknown, before: State, after: State) => void

/** Notes what the states of all containers become from now on, as docs/STATES.md draws it; `stop` ends it. */
export function watchTransitions(): { readonly seen: ReadonlySet<string>; stop(): void } {
  const seen = new Set<string>()
  const table = ContainerTable.prototype as unknown as { move: Move }
  const { move } = table
  table.move = function (row, before, after) {
    if (before?.state !== after?.state) seen.add(`${before?.state ?? '[*]'} --> ${after?.state ?? '[*]'}`)
    move.call(this, row, before, after)
  }
  return { seen, stop: () => (table.move = move) }
}

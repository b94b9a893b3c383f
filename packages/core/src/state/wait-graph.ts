// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '../api/identifiers'
import type { CallChain, RunningTurn } from '../api/turns'

/** A call that waits for the turns which run in a container. */
export interface Wait {
  readonly uuid: ContainerUuid
  readonly operation: string
  /** Who waits for it. */
  readonly chain: CallChain
  /** What it waits for. */
  readonly running: readonly RunningTurn[]
}

/** Calls that wait, by the turns that wait for them: to find those that wait for themselves. */
export class WaitGraph<W extends Wait> {
  /** By turn, the calls that were made in it and wait. */
  private readonly waitsOf = new Map<string, W[]>()

  constructor(waits: Iterable<W>) {
    for (const wait of waits) {
      for (const { turn } of wait.chain) {
        if (turn === '') continue
        const known = this.waitsOf.get(turn)
        if (known === undefined) this.waitsOf.set(turn, [wait])
        else known.push(wait)
      }
    }
  }

  /**
   * The shortest way from that call back to itself: each waits for a turn which waits for the next, and the last for one in
   * which the first was made. Nothing when there is none.
   */
  cycleOf(first: W): W[] | undefined {
    const makers = new Set(first.chain.flatMap(({ turn }) => (turn === '' ? [] : [turn])))
    /** From whom each was reached. */
    const from = new Map<W, W | undefined>([[first, undefined]])
    for (const wait of from.keys()) {
      for (const { turn } of wait.running) {
        if (makers.has(turn)) return pathTo(wait, from)
        for (const next of this.waitsOf.get(turn) ?? []) if (!from.has(next)) from.set(next, wait)
      }
    }
    return undefined
  }
}

function pathTo<W>(last: W, from: ReadonlyMap<W, W | undefined>): W[] {
  const path: W[] = []
  for (let wait: W | undefined = last; wait !== undefined; wait = from.get(wait)) path.unshift(wait)
  return path
}

/** Who waits for whom, for people: `a in 'move' waits for b ('take'), b in 'move' waits for a ('take')`. */
export function describeCycle(cycle: readonly Wait[]): string {
  return cycle.map((wait, index) => describe(wait, cycle[(index + cycle.length - 1) % cycle.length])).join('; ')
}

/** @param before who waits for the turn in which this one was made */
function describe({ uuid, operation, chain }: Wait, before: Wait): string {
  const waited = new Set(before.running.map(({ turn }) => turn))
  const index = chain.findIndex(({ turn }) => waited.has(turn))
  const [maker, ...way] = chain.slice(Math.max(0, index))
  const by = way.map((hop) => `${hop.uuid} ('${hop.operation}')`).join(' and ')
  return `${maker.uuid} in '${maker.operation}' waits for ${uuid} ('${operation}')${by === '' ? '' : ` by way of ${by}`}`
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { SingleOwner, type Checker, type Id, type TimedFact } from '@hcengineering/network-simulation'

/** A fact, and the process that wrote it down. */
export type WrittenFact = TimedFact & { readonly from: string }

/**
 * The single owner of the simulation, but for what no program can keep: a process that the system stops between asking
 * whether it may serve and the first step of the container goes on there when it wakes. It can be one request, the first
 * thing that the process does; and its answer must not count.
 */
export class Owners implements Checker {
  readonly name = 'single owner'
  /** Requests caught so, and by whom they were executed. */
  readonly caught = new Map<Id, string>()
  private readonly owner = new SingleOwner()
  /** Since when they go on after a stop, and have not done anything yet. */
  private readonly waking = new Map<string, number>()

  see(fact: TimedFact, fail: (message: string) => void): void {
    const { from } = fact as WrittenFact
    if (fact.type === 'reachable') this.waking.set(fact.process, fact.at)
    const wokenAt = this.waking.get(from)
    const isFirst = wokenAt !== undefined && fact.at >= wokenAt
    if (isFirst) this.waking.delete(from)
    if (isFirst && fact.type === 'executed') this.owner.see(fact, () => this.caught.set(fact.request, from))
    else this.owner.see(fact, fail)
    if (fact.type === 'answered' && this.caught.get(fact.call) === fact.value) {
      fail(`request ${fact.call} was executed by ${String(fact.value)} after others had served, and answered by it`)
    }
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, Id, TimedFact } from '../history'

/** Every call settles, once, and in time; only the calls of a process that died are excused. */
export class CallsSettle implements Checker {
  readonly name = 'calls settle'
  private readonly pending = new Map<Id, { readonly process: string; readonly what: string }>()
  private readonly settled = new Set<Id>()

  /** @param excused calls by what they are for which no such promise is made */
  constructor(private readonly excused: (what: string) => boolean = () => false) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    switch (fact.type) {
      case 'called':
        if (!this.excused(fact.what)) this.pending.set(fact.call, { process: fact.process, what: fact.what })
        return
      case 'answered':
      case 'failed':
        this.pending.delete(fact.call)
        if (this.settled.has(fact.call)) fail(`call ${fact.call} settled twice`)
        this.settled.add(fact.call)
        return
      case 'overdue': {
        const call = this.pending.get(fact.call)
        if (call !== undefined)
          fail(`call ${fact.call} of ${call.process} (${call.what}) is not settled after its deadline`)
        return
      }
      case 'died':
        for (const [id, { process }] of this.pending) if (process === fact.process) this.pending.delete(id)
        return
      case 'closed':
        for (const [id, { process, what }] of this.pending) fail(`call ${id} of ${process} (${what}) never settled`)
    }
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TimedFact } from '@hcengineering/network-testing/kernel'

/** Remembers who could not be reached when: paused, cut off or dead. */
export class Reachability {
  private readonly away = new Set<string>()
  private readonly lastAway = new Map<string, number>()
  private readonly lastStarted = new Map<string, number>()
  private readonly lastCutOff = new Map<string, number>()

  see(fact: TimedFact): void {
    switch (fact.type) {
      case 'unreachable':
        this.away.add(fact.process)
        return
      case 'reachable':
        this.lastCutOff.set(fact.process, fact.at)
        this.away.delete(fact.process)
        this.lastAway.set(fact.process, fact.at)
        return
      case 'died':
      case 'closing':
        if (this.away.delete(fact.process)) this.lastCutOff.set(fact.process, fact.at)
        this.lastAway.set(fact.process, fact.at)
        return
      case 'started':
        this.lastStarted.set(fact.process, fact.at)
    }
  }

  /** It was not to be reached at some time since then. */
  wasAway(process: string, since: number): boolean {
    return this.away.has(process) || (this.lastAway.get(process) ?? -Infinity) >= since
  }

  /** It lived, but was not to be reached, at some time since then. */
  wasCutOff(process: string, since: number): boolean {
    return this.away.has(process) || (this.lastCutOff.get(process) ?? -Infinity) >= since
  }

  /** As {@link wasAway}, or it began. That connections broke is no excuse. */
  wasDisturbed(process: string, since: number): boolean {
    return this.wasAway(process, since) || (this.lastStarted.get(process) ?? -Infinity) >= since
  }
}

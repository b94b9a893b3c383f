// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TimedFact } from '../history'

/** Remembers who could not be reached when: paused, cut off or dead. */
export class Reachability {
  private readonly away = new Set<string>()
  private readonly lastAway = new Map<string, number>()
  private readonly lastShaken = new Map<string, number>()

  see(fact: TimedFact): void {
    switch (fact.type) {
      case 'unreachable':
        this.away.add(fact.process)
        return
      case 'died':
      case 'closing':
      case 'reachable':
        this.away.delete(fact.process)
        this.lastAway.set(fact.process, fact.at)
        return
      case 'started':
      case 'shaken':
        this.lastShaken.set(fact.process, fact.at)
    }
  }

  /** It was not to be reached at some time since then. */
  wasAway(process: string, since: number): boolean {
    return this.away.has(process) || (this.lastAway.get(process) ?? -Infinity) >= since
  }

  /** As {@link wasAway}, or its connections broke, or it began. */
  wasDisturbed(process: string, since: number): boolean {
    return this.wasAway(process, since) || (this.lastShaken.get(process) ?? -Infinity) >= since
  }
}

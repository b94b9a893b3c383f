// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TimedFact } from '@hcengineering/network-testing/kernel'

/** The longest that it is felt: the alive timeout, the reconnects and the recovery of everybody. */
export const feltForMs = 10_000

interface Absence {
  readonly from: number
  until: number
}

/** When the coordinator could not hear a process that lived, or that lives no more; and for how long that is felt. */
export class Absences {
  private readonly byProcess = new Map<string, Absence[]>()
  private readonly processes = new Set<string>()

  see(fact: TimedFact): void {
    switch (fact.type) {
      case 'started':
        this.processes.add(fact.process)
        return
      case 'unreachable':
        return this.begins(fact.process, fact.at)
      case 'reachable':
        return this.ends(fact.process, fact.at)
      case 'closing':
      case 'died':
        // A coordinator that starts anew hears of everything in time, unless it had been out of reach before
        if (fact.process === 'coordinator') this.ends(fact.process, fact.at)
        else this.begins(fact.process, fact.at)
    }
  }

  /** Who was away, or had been shortly before, at some time between. */
  during(from: number, until: number): string[] {
    const away = (process: string): boolean =>
      this.byProcess.get(process)?.some((one) => one.from <= until && one.until >= from) === true
    const all = [...this.processes]
    return away('coordinator') ? all : all.filter(away)
  }

  private begins(process: string, from: number): void {
    const absences = this.byProcess.get(process) ?? []
    this.byProcess.set(process, absences)
    absences.push({ from, until: Infinity })
  }

  private ends(process: string, at: number): void {
    for (const absence of this.byProcess.get(process) ?? []) absence.until = Math.min(absence.until, at + feltForMs)
  }
}

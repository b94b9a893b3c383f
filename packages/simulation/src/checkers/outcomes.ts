// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, Id, TimedFact } from '@hcengineering/network-testing/kernel'
import { healsWithinMs } from './healing'

/** How long trouble may be felt after it has ended. */
const feltForMs = 10_000

const trouble: ReadonlySet<TimedFact['type']> = new Set([
  'started',
  'died',
  'closing',
  'unreachable',
  'reachable',
  'sick',
  'disk',
  'healed'
])

/** What a caller is told who waits for what never comes: it ought to, when nothing but connections broke. */
const unexplained: ReadonlySet<string> = new Set(['DEADLINE_EXCEEDED', 'UNAVAILABLE', 'START_FAILED'])

/**
 * A session outlives its connections: when nothing worse happens than that those break, no outcome becomes unknown, and
 * where containers do as they are told every call is answered. Whoever waits when trouble ends has an answer soon.
 */
export class Outcomes implements Checker {
  readonly name = 'outcomes'
  private readonly since = new Map<Id, number>()
  private readonly streams = new Set<Id>()
  private coordinators = 0
  private readonly closing = new Set<string>()
  /** A process died that had not been told to close. */
  private killed = false
  private lastTrouble = 0
  private lastDrain = -Infinity

  /** @param tame all containers answer, and all starts succeed */
  constructor(private readonly tame: boolean) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    if (trouble.has(fact.type)) this.lastTrouble = fact.at
    if (fact.type === 'started' && fact.process === 'coordinator') this.coordinators++
    if (fact.type === 'closing') this.closing.add(fact.process)
    if (fact.type === 'died' && !this.closing.has(fact.process)) this.killed = true
    if (fact.type === 'draining') this.lastDrain = fact.at
    if (fact.type === 'streaming') this.streams.add(fact.stream)
    if (fact.type === 'called' && fact.request?.slow !== true) this.since.set(fact.call, fact.at)
    if (fact.type !== 'failed') return
    const since = this.since.get(fact.call)
    // Others may have been given the place while nobody served it, or before it was known who holds it
    if (since === undefined || (this.losesPlaces && fact.message.includes('waits for room'))) return
    // What moves waits for its last requests, and for a start that may take its time
    const quietSince = Math.max(this.lastTrouble, this.lastDrain)
    if (fact.code === 'DEADLINE_EXCEEDED' && fact.at > quietSince + healsWithinMs) {
      fail(`call ${fact.call} was not answered in ${healsWithinMs} ms without trouble: ${fact.message}`)
    }
    if (since < this.lastTrouble + feltForMs) return
    if (fact.code === 'DEADLINE_EXCEEDED' && since < this.lastDrain + feltForMs) return
    // A stream ends with its container, also when that only moves
    if (this.streams.has(fact.call) && since < this.lastDrain + feltForMs) return
    if (fact.code === 'OUTCOME_UNKNOWN' || (this.tame && unexplained.has(fact.code))) {
      fail(`call ${fact.call} failed though nothing but connections broke: ${fact.code} ${fact.message}`)
    }
  }

  private get losesPlaces(): boolean {
    return this.killed || this.coordinators > 1
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Rules } from './rules'
import type { Tables } from './tables'

/** What is due when, and in which order that happens which is due at once. */
export class Timetable {
  constructor(
    private readonly tables: Tables,
    private readonly rules: Rules
  ) {}

  nextDeadline(): number | undefined {
    const { starts, terminations, preTerminations, orphans, retries, gets, feed } = this.tables
    const { clients, registrations, recovery, rebalancing } = this.rules
    let soonest = Infinity
    for (const at of [
      recovery.nextDeadline(),
      clients.liveness.nextDeadline(),
      registrations.nextDeadline(),
      starts.nextDeadline(),
      terminations.nextDeadline(),
      preTerminations.next(),
      retries.next(),
      orphans.next(),
      gets.nextDeadline(),
      rebalancing.nextDeadline(),
      feed.nextDeadline()
    ]) {
      if (at !== undefined && at < soonest) soonest = at
    }
    return soonest === Infinity ? undefined : soonest
  }

  advance(now: number): void {
    const { starts, retries, gets, feed, displaced } = this.tables
    const { clients, registrations, starting, recovery, supervision, placement } = this.rules
    clients.advance(now)
    registrations.advance(now)
    for (const start of starts.due(now)) starting.timedOut(start, now)
    recovery.advance(now)
    for (const row of retries.due(now)) displaced.add(row)
    supervision.advance(now)
    // What can be had at this very moment is had before deadlines are counted.
    placement.drain(now)
    for (const get of gets.due(now)) clients.expired(get, now)
    feed.advance(now)
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Activations, type Checker, type TimedFact } from '@hcengineering/network-testing/kernel'
import { maxClockError } from '../draw-plan'
import { healsWithinMs } from './healing'

interface Promised {
  readonly uuid: string
  readonly dueAt: number
}

/**
 * A reminder that was acknowledged comes, to its own container, never before its time by the coordinator's clock, and at
 * most {@link healsWithinMs} after it and after the heal.
 */
export class Reminders implements Checker {
  readonly name = 'reminders'
  private readonly activations = new Activations()
  /** Acknowledged and not come yet, by name. */
  private readonly promised = new Map<string, Promised>()
  private readonly came = new Map<string, number>()
  private healedAt: number | undefined

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.activations.see(fact)
    switch (fact.type) {
      case 'healed':
        this.healedAt = fact.at
        return
      case 'reminder-set':
        this.promised.set(fact.name, fact)
        // It may come before its container hears that it was set
        return this.check(fact.name, fail)
      case 'reminded':
        if (!this.came.has(fact.name)) this.came.set(fact.name, fact.at)
        this.checkOwner(fact.name, this.activations.get(fact.instance)?.uuid, fail)
        return this.check(fact.name, fail)
      case 'quiet':
        for (const [name, { dueAt }] of this.promised) {
          if (!this.came.has(name)) fail(`${name}, due at ${dueAt}, never came`)
        }
    }
  }

  private checkOwner(name: string, uuid: string | undefined, fail: (message: string) => void): void {
    const wanted = this.promised.get(name)?.uuid
    if (wanted !== undefined && wanted !== uuid) fail(`${name} of ${wanted} came to ${uuid}`)
  }

  private check(name: string, fail: (message: string) => void): void {
    const dueAt = this.promised.get(name)?.dueAt
    const at = this.came.get(name)
    if (dueAt === undefined || at === undefined) return
    // The wall clock, by which it comes, is in whole milliseconds, and the coordinator's own: right since it began, almost
    if (at < dueAt * (1 - 2 * maxClockError) - 1) fail(`${name}, due at ${dueAt}, came at ${at}`)
    if (at > Math.max(dueAt, this.healedAt ?? Infinity) + healsWithinMs)
      fail(`${name}, due at ${dueAt}, came as late as ${at}`)
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { compareTokens, type ActivationToken } from '@hcengineering/network-core'
import { Activations, type Checker, type Id, type TimedFact } from '@hcengineering/network-testing/kernel'

/**
 * A timer fires in nobody but the owner: not in an activation after which a later one of the uuid has served, nor in one
 * whose end has begun, unless that was put off.
 */
export class Timers implements Checker {
  readonly name = 'timers'
  private readonly activations = new Activations()
  private readonly ended = new Set<Id>()
  /** By uuid, the newest activation that has served a request or fired a timer. */
  private readonly newest = new Map<string, ActivationToken>()

  /** @param available kinds that may have two owners for a while */
  constructor(private readonly available: ReadonlySet<string> = new Set()) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.activations.see(fact)
    if (fact.type === 'terminating') this.ended.add(fact.instance)
    if (fact.type !== 'ticked' && fact.type !== 'executed') return
    const { instance, token, type } = fact
    const { uuid, kind = '' } = this.activations.get(instance) ?? {}
    if (uuid === undefined || token === undefined) return
    const newest = this.newest.get(uuid)
    if (compareTokens(token, newest) > 0) this.newest.set(uuid, token)
    if (type !== 'ticked') return
    if (this.ended.has(instance)) fail(`a timer of instance ${instance} of ${uuid} fired after its end had begun`)
    if (compareTokens(token, newest) < 0 && !this.available.has(kind)) {
      fail(`a timer of instance ${instance} of ${uuid} fired after a later activation had served`)
    }
  }
}

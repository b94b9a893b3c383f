// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, Id, TimedFact } from '../history'
import { Activations } from './activations'
import { Reachability } from './reachability'

/** After an agent can be reached again it may take this long until it is told what was replaced. */
const toldWithinMs = 10_000

const changes: ReadonlySet<TimedFact['type']> = new Set([
  'started',
  'died',
  'closing',
  'unreachable',
  'reachable',
  'shaken',
  'sick'
])

/**
 * Once a later activation of a uuid has served a request, no earlier one does; copies of a stateless container take turns
 * only when somebody came, went or could not be reached shortly before. Excused, until leases exist, is the agent
 * that could not be reached within the last ten seconds, and every agent while the coordinator could not be.
 */
export class SingleOwner implements Checker {
  readonly name = 'single owner'
  private readonly activations = new Activations()
  /** By uuid, the newest activation that has served. */
  private readonly serving = new Map<string, Id>()
  private readonly reachability = new Reachability()
  private readonly ended = new Set<Id>()
  private lastChange = -Infinity

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.reachability.see(fact)
    if (changes.has(fact.type)) this.lastChange = fact.at
    this.activations.see(fact)
    if (fact.type === 'terminating') this.ended.add(fact.instance)
    if (fact.type !== 'executed') return
    if (this.ended.has(fact.instance)) fail(`instance ${fact.instance} was given a request after its end had begun`)
    const instance = this.activations.get(fact.instance)
    if (instance === undefined) return fail(`instance ${fact.instance} serves and was never created`)
    const newest = this.serving.get(instance.uuid) ?? fact.instance
    const inTurn = fact.instance === newest
    const later = inTurn || this.activations.compare(fact.instance, newest) > 0
    if (instance.stateless ? inTurn || fact.at - this.lastChange <= toldWithinMs : later) {
      this.serving.set(instance.uuid, fact.instance)
      return
    }
    const since = fact.at - toldWithinMs
    if (this.reachability.wasAway(instance.process, since) || this.reachability.wasAway('coordinator', since)) return
    fail(
      `${instance.uuid}: instance ${fact.instance} on ${instance.process} served after instance ${newest} on ${this.activations.get(newest)?.process} had`
    )
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, Id, TimedFact } from '../history'
import { Reachability } from './reachability'

/** After an agent can be reached again it may take this long until it is told what was replaced. */
const toldWithinMs = 10_000

interface Instance {
  readonly uuid: string
  readonly process: string
}

/**
 * Once a later activation of a uuid has served a request, no earlier one does. Excused, until leases exist, is the agent
 * that could not be reached within the last ten seconds, and every agent while the coordinator could not be.
 */
export class SingleOwner implements Checker {
  readonly name = 'single owner'
  private readonly instances = new Map<Id, Instance>()
  /** By uuid, the newest activation that has served. */
  private readonly serving = new Map<string, Id>()
  private readonly reachability = new Reachability()

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.reachability.see(fact)
    if (fact.type === 'created') this.instances.set(fact.instance, { uuid: fact.uuid, process: fact.process })
    if (fact.type !== 'executed') return
    const instance = this.instances.get(fact.instance)
    if (instance === undefined) return fail(`instance ${fact.instance} serves and was never created`)
    const newest = this.serving.get(instance.uuid)
    if (newest === undefined || fact.instance >= newest) {
      this.serving.set(instance.uuid, fact.instance)
      return
    }
    const since = fact.at - toldWithinMs
    if (this.reachability.wasAway(instance.process, since) || this.reachability.wasAway('coordinator', since)) return
    fail(
      `${instance.uuid}: instance ${fact.instance} on ${instance.process} served after instance ${newest} on ${this.instances.get(newest)?.process} had`
    )
  }
}

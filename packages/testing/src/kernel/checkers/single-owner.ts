// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { compareTokens, type ActivationToken } from '@hcengineering/network-core'
import type { Checker, Id, TimedFact } from '../history'
import { Activations } from './activations'

interface Served {
  readonly token: ActivationToken | undefined
  readonly instance: Id
}

/**
 * Once a later activation of a uuid has served a request, no earlier one does, whoever was cut off, paused or restarted
 * meanwhile, and no answer of an earlier one leaves; one activation is one instance; and none serves whose end has begun.
 */
export class SingleOwner implements Checker {
  readonly name = 'single owner'
  private readonly activations = new Activations()
  /** By uuid, the newest activation that has served. */
  private readonly served = new Map<string, Served>()
  private readonly ended = new Set<Id>()
  private readonly executed = new Map<Id, Served>()

  /** @param available kinds that may have two owners for a while */
  constructor(private readonly available: ReadonlySet<string> = new Set()) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.activations.see(fact)
    if (fact.type === 'terminating') this.ended.add(fact.instance)
    if (fact.type === 'replied') this.checkReply(fact.request, fail)
    if (fact.type !== 'executed') return
    const { instance: id, token } = fact
    this.executed.set(fact.request, { token, instance: id })
    if (this.ended.has(id)) fail(`instance ${id} was given a request after its end had begun`)
    const instance = this.activations.get(id)
    if (instance === undefined) return fail(`instance ${id} serves and was never created`)
    if (this.available.has(instance.kind)) return
    const newest = this.served.get(instance.uuid) ?? { token, instance: id }
    const order = compareTokens(token, newest.token)
    if (order > 0) this.served.set(instance.uuid, { token, instance: id })
    if (order === 0 && !this.served.has(instance.uuid)) this.served.set(instance.uuid, newest)
    if (order < 0 || (order === 0 && newest.instance !== id)) {
      fail(
        `${instance.uuid}: instance ${id} on ${instance.process} served by token ${JSON.stringify(token)} after instance ${newest.instance} on ${this.activations.get(newest.instance)?.process} had by ${JSON.stringify(newest.token)}`
      )
    }
  }

  /** Whoever is told to end, or to be standby, may finish what it has begun. */
  private checkReply(request: Id, fail: (message: string) => void): void {
    const { instance: id, token } = this.executed.get(request) ?? {}
    const instance = id === undefined || this.ended.has(id) ? undefined : this.activations.get(id)
    if (instance === undefined || instance.stateless) return
    const newest = this.served.get(instance.uuid)
    if (newest === undefined || newest.instance === id || compareTokens(token, newest.token) >= 0) return
    fail(
      `${instance.uuid}: the answer to request ${request} left instance ${id} on ${instance.process}, by token ${JSON.stringify(token)}, after instance ${newest.instance} had served by ${JSON.stringify(newest.token)}`
    )
  }
}

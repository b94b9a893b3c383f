// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { compareTokens, type ActivationToken } from '@hcengineering/network-core'
import {
  Activations,
  type Checker,
  type Id,
  type QuietView,
  type TimedFact
} from '@hcengineering/network-testing/kernel'
import { feltForMs } from './absences'
import { Reachability } from './reachability'

interface Served {
  readonly token: ActivationToken
  readonly instance: Id
}

/**
 * A kind that would rather have two owners than none has two only while something is, or was shortly before, between the agent
 * of the earlier one and the coordinator; and at last the latest is the one that is left. Whoever was told of a later
 * activation serves no more, of whatever kind.
 */
export class AvailableOwners implements Checker {
  readonly name = 'available owners'
  private readonly activations = new Activations()
  private readonly reachability = new Reachability()
  /** By uuid of such a kind, the newest activation that has served and not ended. */
  private readonly newest = new Map<string, Served>()
  /** By process and uuid, the latest activation that it was told of. */
  private readonly told = new Map<string, ActivationToken>()
  private slowDiskAt = -Infinity

  /** @param available the kinds that have chosen so */
  constructor(private readonly available: ReadonlySet<string> = new Set()) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.activations.see(fact)
    this.reachability.see(fact)
    switch (fact.type) {
      case 'disk':
        this.slowDiskAt = fact.at
        return
      case 'superseded':
        return this.superseded(`${fact.process} ${fact.uuid}`, fact.token)
      case 'executed':
        if (fact.token !== undefined) this.executed(fact.instance, fact.token, fact.at, fail)
        return
      case 'terminating':
        return this.forget((instance) => instance === fact.instance)
      case 'died':
        return this.forget((instance) => this.activations.get(instance)?.process === fact.process)
      case 'quiet':
        return this.checkLeft(fact.view, fail)
    }
  }

  private superseded(copy: string, token: ActivationToken): void {
    if (compareTokens(token, this.told.get(copy)) > 0) this.told.set(copy, token)
  }

  private executed(id: Id, token: ActivationToken, at: number, fail: (message: string) => void): void {
    const instance = this.activations.get(id)
    if (instance === undefined) return
    const { uuid, kind, process } = instance
    const told = this.told.get(`${process} ${uuid}`)
    if (told !== undefined && compareTokens(token, told) < 0)
      fail(`${uuid}: instance ${id} on ${process} serves, which was told of a later activation`)
    if (!this.available.has(kind)) return
    const newest = this.newest.get(uuid)
    if (newest === undefined || compareTokens(token, newest.token) >= 0) this.newest.set(uuid, { token, instance: id })
    else if (!this.isExcused(process, at))
      fail(
        `${uuid}: instance ${id} on ${process} serves after the later ${newest.instance}, and nothing kept it from hearing of that`
      )
  }

  private forget(isGone: (instance: Id) => boolean): void {
    for (const [uuid, { instance }] of this.newest) if (isGone(instance)) this.newest.delete(uuid)
  }

  private isExcused(process: string, at: number): boolean {
    const since = at - feltForMs
    return (
      this.slowDiskAt >= since || ['coordinator', process].some((one) => this.reachability.wasDisturbed(one, since))
    )
  }

  private checkLeft({ agents }: QuietView, fail: (message: string) => void): void {
    for (const [uuid, { instance }] of this.newest) {
      const process = this.activations.get(instance)?.process ?? ''
      for (const { agent } of agents.filter((one) => one.uuid === uuid)) {
        if (agent !== process.replace(/#.*/, ''))
          fail(`${uuid}: ${agent} has it at last, and the latest that served was instance ${instance} on ${process}`)
      }
    }
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  Activations,
  type Checker,
  type Id,
  type QuietView,
  type TimedFact
} from '@hcengineering/network-testing/kernel'
import { Reachability } from './reachability'

/** The longest that a disturbance is felt: the alive timeout, the reconnects and the recovery of everybody. */
const feltForMs = 10_000

/** The longest sickness, and the pings until it has been noticed. */
const sickForMs = 14_000

interface Holder {
  readonly process: string
  readonly uuid: string
  count: number
}

/**
 * A held container is not terminated, as long as its holder and its agent are well and were for the last ten seconds, and
 * the coordinator, should it have ended, began again at once; broken connections are no excuse. And once quiet users, clients and the coordinator count the same holds; what nobody
 * holds ends within its timeout.
 */
export class Holds implements Checker {
  readonly name = 'holds'
  private readonly reachability = new Reachability()
  private readonly holders = new Map<string, Holder>()
  private readonly activations = new Activations()
  private readonly newest = new Map<string, Id>()
  private readonly sick = new Map<string, number>()
  private readonly draining = new Set<string>()

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.reachability.see(fact)
    this.activations.see(fact)
    switch (fact.type) {
      case 'executed': {
        const uuid = this.activations.get(fact.instance)?.uuid
        if (uuid === undefined) return
        const newest = this.newest.get(uuid) ?? fact.instance
        if (this.activations.compare(fact.instance, newest) >= 0) this.newest.set(uuid, fact.instance)
        return
      }
      case 'held': {
        const key = `${fact.process} ${fact.uuid}`
        const holder = this.holders.get(key) ?? { process: fact.process, uuid: fact.uuid, count: 0 }
        this.holders.set(key, holder)
        holder.count++
        return
      }
      case 'released': {
        const holder = this.holders.get(`${fact.process} ${fact.uuid}`)
        if (holder !== undefined) holder.count--
        return
      }
      case 'died':
      case 'closing':
        for (const [key, { process }] of this.holders) if (process === fact.process) this.holders.delete(key)
        return
      case 'draining':
        this.draining.add(fact.process)
        return
      case 'sick':
        this.sick.set(fact.uuid, fact.at)
        return
      case 'terminating':
        this.checkTermination(fact.instance, fact.at, fail)
        return
      case 'quiet':
        compare(fact.view, fail)
        return
      case 'abandoned':
        for (const { uuid, agent } of fact.living) fail(`${uuid} on ${agent} lives on though nobody holds it`)
        if (fact.references !== 0) fail(`the coordinator counts ${fact.references} holds though nobody has one`)
    }
  }

  private checkTermination(id: Id, at: number, fail: (message: string) => void): void {
    const instance = this.activations.get(id)
    // What moves is terminated where it was.
    if (instance === undefined || this.draining.has(instance.process)) return
    // A copy that was never used, or one that another has replaced, is terminated for other reasons.
    if (this.newest.get(instance.uuid) !== id) return
    if ((this.sick.get(instance.uuid) ?? -Infinity) > at - sickForMs) return
    const since = at - feltForMs
    for (const { process, uuid, count } of this.holders.values()) {
      if (uuid !== instance.uuid || count <= 0) continue
      const well =
        !this.reachability.wasCutOff('coordinator', since) &&
        [process, instance.process].every((one) => !this.reachability.wasDisturbed(one, since))
      if (well) fail(`${uuid} (instance ${id} on ${instance.process}) is terminated while ${process} holds it`)
    }
  }
}

/** What a user has, what its client wrote down and what the coordinator counts. */
function compare({ wanted, booked, counted }: QuietView, fail: (message: string) => void): void {
  for (const key of new Set([...wanted.keys(), ...booked.keys(), ...counted.keys()])) {
    const [want, count] = [wanted.get(key) ?? 0, counted.get(key) ?? 0]
    const book = booked.get(key) ?? { wanted: 0, granted: 0, spare: false }
    const written = `${book.wanted} wanted and ${book.granted} granted`
    if (want !== book.wanted) fail(`${key}: the user has ${want} holds, the client wrote down ${written}`)
    else if (Math.sign(count) !== Math.sign(want))
      fail(`${key}: the user has ${want} holds, the coordinator counts ${count}`)
    else if (book.spare ? count > book.granted : count !== book.granted || count !== want) {
      fail(`${key}: the user has ${want} holds, the client wrote down ${written}, the coordinator counts ${count}`)
    }
  }
}

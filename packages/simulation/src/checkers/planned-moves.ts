// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Activations, type Checker, type Id, type TimedFact } from '@hcengineering/network-testing/kernel'

/** With these a call fails whose container was lost. */
const lossCodes: ReadonlySet<string> = new Set(['OUTCOME_UNKNOWN', 'UNAVAILABLE'])

/**
 * What moves serves nobody after it has taken down its state, and goes on with what it was when it was last served; and as
 * long as nothing worse happens than agents which drain, no call fails to what somebody holds, but for streams and long turns.
 */
export class PlannedMoves implements Checker {
  readonly name = 'planned moves'
  private readonly activations = new Activations()
  private readonly dehydrated = new Set<Id>()
  private readonly ended = new Set<Id>()
  /** By uuid, who executed last. */
  private readonly served = new Map<string, Id>()
  private readonly emptied = new Set<string>()
  /** Calls that close a process, and the processes that have closed. */
  private readonly closes = new Map<Id, string>()
  private readonly closed = new Set<string>()
  /**
   * Calls that no move waits for: streams; turns, which may wait for each other for longer than an end waits; and requests that
   * are never answered.
   */
  private readonly excused = new Set<Id>()
  /** Calls to containers by uuid, and when each was made. */
  private readonly calls = new Map<Id, { readonly uuid: string; readonly at: number }>()
  /** How many hold each uuid, and since when nobody does: who lets go of a container does not keep it for what it asks. */
  private readonly holds = new Map<string, number>()
  private readonly unheldAt = new Map<string, number>()
  /** The first thing that may cost a call. */
  private trouble: string | undefined

  /** @param hasty ends are waited for so shortly that slow requests may take longer */
  constructor(private readonly hasty: boolean) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.activations.see(fact)
    switch (fact.type) {
      case 'streaming':
        this.excused.add(fact.stream)
        return
      case 'called':
        if (fact.request !== undefined) this.calls.set(fact.call, { uuid: fact.request.uuid, at: fact.at })
        if (fact.what.startsWith('close ')) this.closes.set(fact.call, fact.process)
        if (/^(?:turn of|request never) /.test(fact.what)) this.excused.add(fact.call)
        if (this.hasty && fact.what.startsWith('request slow ')) this.excused.add(fact.call)
        return
      case 'held':
        this.holds.set(fact.uuid, (this.holds.get(fact.uuid) ?? 0) + 1)
        return
      case 'released':
        return this.released(fact.uuid, fact.at)
      case 'executed':
        if (this.dehydrated.has(fact.instance))
          fail(`instance ${fact.instance} served after it had taken down its state`)
        this.served.set(this.activations.get(fact.instance)?.uuid ?? '', fact.instance)
        return
      case 'dehydrated':
        this.dehydrated.add(fact.instance)
        return
      case 'terminating':
        this.ended.add(fact.instance)
        return
      case 'rehydrated':
        return this.rehydrated(fact.instance, fact.predecessor, fail)
      case 'drained':
        if (fact.left === 0) this.emptied.add(fact.process)
        return
      case 'answered': {
        const process = this.closes.get(fact.call)
        if (process !== undefined) this.closed.add(process)
        return
      }
      case 'closing':
        if (!this.emptied.has(fact.process)) this.trouble ??= `${fact.process}: ${fact.type}`
        return
      case 'died':
        // Killed while it closes it takes with it what it has not said yet
        if (!this.emptied.has(fact.process) || !this.closed.has(fact.process))
          this.trouble ??= `${fact.process}: ${fact.type}`
        return
      case 'unreachable':
      case 'shaken':
        this.trouble ??= `${fact.process}: ${fact.type}`
        return
      case 'disk':
        this.trouble ??= fact.type
        return
      case 'sick':
        this.trouble ??= `${fact.uuid}: ${fact.type}`
        return
      case 'failed':
        if (this.trouble === undefined && lossCodes.has(fact.code) && !this.isExcused(fact.call))
          fail(`call ${fact.call} failed though agents have only drained: ${fact.code} ${fact.message}`)
    }
  }

  private released(uuid: string, at: number): void {
    const left = (this.holds.get(uuid) ?? 0) - 1
    this.holds.set(uuid, left)
    if (left <= 0) this.unheldAt.set(uuid, at)
  }

  private isExcused(id: Id): boolean {
    if (this.excused.has(id)) return true
    const call = this.calls.get(id)
    if (call === undefined) return false
    return (this.holds.get(call.uuid) ?? 0) <= 0 || (this.unheldAt.get(call.uuid) ?? -1) >= call.at
  }

  private rehydrated(instance: Id, from: Id, fail: (message: string) => void): void {
    const [uuid, before] = [instance, from].map((id) => this.activations.get(id)?.uuid)
    if (uuid !== before) fail(`instance ${instance} of ${uuid} goes on with the state of ${before}`)
    if (!this.ended.has(from)) fail(`instance ${instance} goes on with the state of ${from}, whose end has not begun`)
    const last = this.served.get(uuid ?? '')
    // A start that was given up, and reached its agent late: nobody is served by it
    if (last !== undefined && this.activations.compare(last, instance) > 0) return
    if (last !== undefined && last !== from && this.activations.compare(last, from) > 0)
      fail(`instance ${instance} goes on with the state of ${from}, after which ${last} served`)
  }
}

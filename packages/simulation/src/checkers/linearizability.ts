// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, Id, TimedFact } from '@hcengineering/network-testing/kernel'
import { ContainerHistory } from '../linearizability/container-history'
import { containerModel } from '../linearizability/container-model'
import { OrderSearch, smallestDisorder, type Operation } from '../linearizability/search'
import { Absences } from './absences'

/** Reasons for which the network ends what nobody holds. */
const unheld: ReadonlySet<string> = new Set([
  'nobody holds it',
  'nobody holds it, and its agent is to leave',
  'what it had to do before its end is done',
  'the time for what it had to do before its end is over'
])

interface Instance {
  readonly uuid: string
  readonly process: string
}

/** Gets, releases, ends and requests of each uuid have an order that one thing at a time could have had: {@link containerModel}. */
export class Linearizability implements Checker {
  readonly name = 'linearizability'
  private readonly absences = new Absences()
  private readonly instances = new Map<Id, Instance>()
  private readonly calls = new Map<Id, number>()
  private readonly histories = new Map<string, ContainerHistory>()
  private readonly skipped = new Set<string>()

  /**
   * @param endings whether ends are among what is looked at: not where clients are taken for gone and nobody sees why
   * @param available kinds that may have two owners for a while: they are not looked at
   */
  constructor(
    private readonly endings: boolean = true,
    private readonly available: ReadonlySet<string> = new Set()
  ) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.absences.see(fact)
    switch (fact.type) {
      case 'created':
        this.instances.set(fact.instance, fact)
        if (this.available.has(fact.kind)) this.skipped.add(fact.uuid)
        return
      case 'called':
        this.calls.set(fact.call, fact.at)
        return
      case 'activated':
      case 'executed': {
        const { instance, token, at } = fact
        const { uuid, process } = this.instances.get(instance) ?? {}
        if (uuid === undefined || process === undefined || token === undefined) return
        this.of(uuid).activated({ instance, token, node: nodeOf(process), at })
        if (fact.type === 'executed') this.of(uuid).served(instance, token, at)
        return
      }
      case 'held': {
        const { client, uuid, call, agent, token, at } = fact
        const invoked = call === undefined ? undefined : this.calls.get(call)
        if (invoked !== undefined) this.of(uuid).got({ client, node: agent, token, invoked, responded: at })
        return
      }
      case 'released':
        this.of(fact.uuid).released(fact.client, fact.at)
        return
      case 'terminating': {
        const uuid = this.instances.get(fact.instance)?.uuid
        if (uuid === undefined || !this.endings || !unheld.has(fact.reason ?? '')) return
        this.of(uuid).terminated(fact.instance, fact.at)
        return
      }
      case 'healed':
      case 'closed':
        for (const history of this.histories.values()) if (!this.skipped.has(history.uuid)) this.check(history, fail)
    }
  }

  private of(uuid: string): ContainerHistory {
    const history = this.histories.get(uuid) ?? new ContainerHistory(uuid)
    this.histories.set(uuid, history)
    return history
  }

  private check(history: ContainerHistory, fail: (message: string) => void): void {
    const operations = history.operations((from, until) => this.absences.during(from, until))
    const verdict = new OrderSearch(operations, containerModel).run()
    if (verdict === 'undecided')
      fail(`${history.uuid}: whether what was done to it has an order could not be found out`)
    if (verdict !== 'unordered') return
    const lines = smallestDisorder(operations, containerModel).map(show)
    fail(`${history.uuid}: these have no order, and any of them left out the rest has one:\n${lines.join('\n')}`)
  }
}

function nodeOf(process: string): string {
  return process.replace(/#.*/, '')
}

function show<A>({ what, invoked, responded }: Operation<A>): string {
  const until = responded === undefined || responded === invoked ? '' : ` to ${responded.toFixed(3)}`
  return `  ${invoked.toFixed(3)}${until}: ${what}`
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentCapacity } from '@hcengineering/network-core'
import type { Checker, Id, TimedFact } from '@hcengineering/network-testing/kernel'

interface Living {
  readonly process: string
  readonly kind: string
}

/** No agent has more containers than it takes, of all kinds or of one; and who is refused was refused for that. */
export class CapacityKept implements Checker {
  readonly name = 'capacity'
  private readonly living = new Map<Id, Living>()

  /** @param capacities by the number of the agent */
  constructor(private readonly capacities: readonly AgentCapacity[]) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    switch (fact.type) {
      case 'created':
        if (!fact.stateless) this.created(fact.instance, fact, fail)
        return
      case 'terminating':
        this.living.delete(fact.instance)
        return
      case 'died':
        for (const [id, { process }] of this.living) if (process === fact.process) this.living.delete(id)
        return
      case 'failed':
        if (fact.code === 'CAPACITY' && this.capacities.length === 0)
          fail(`call ${fact.call} was refused though agents take any number: ${fact.message}`)
    }
  }

  private created(instance: Id, { process, kind }: Living, fail: (message: string) => void): void {
    this.living.set(instance, { process, kind })
    const here = [...this.living.values()].filter((one) => one.process === process)
    const ofKind = here.filter((one) => one.kind === kind).length
    const { containers = Infinity, byKind = {} } = this.capacities[Number(/^agent-(\d+)/.exec(process)?.[1])] ?? {}
    if (here.length > containers) fail(`${process} has ${here.length} containers, and takes ${containers}`)
    const limit = byKind[kind] ?? Infinity
    if (ofKind > limit) fail(`${process} has ${ofKind} containers of kind ${kind}, and takes ${limit}`)
  }
}

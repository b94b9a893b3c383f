// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Activations, type Checker, type Id, type TimedFact } from '@hcengineering/network-testing/kernel'

interface Running {
  readonly root: Id
  readonly readOnly: boolean
}

/**
 * Turns of a container never overlap, but read-only ones, and those that come from one call. As long as nothing happens to
 * anybody, what a turn calls and what comes back to it is not made to wait.
 */
export class TurnsApart implements Checker {
  readonly name = 'turns apart'
  private readonly activations = new Activations()
  private readonly running = new Map<Id, Running[]>()

  /** @param calm nothing happens to anybody, and everybody knows for which calls others are made */
  constructor(private readonly calm: boolean) {}

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.activations.see(fact)
    switch (fact.type) {
      case 'turn-begun':
        return this.begun(fact, fail)
      case 'turn-ended':
        return this.ended(fact.instance, fact.root)
      case 'terminating':
        // It has waited for its turns for as long as they may take
        this.running.delete(fact.instance)
        return
      case 'turn-locked-out':
        if (this.calm && this.serves(fact.uuid, fact.root))
          fail(`call ${fact.root} runs in a turn of ${fact.uuid}, and was not let in again: ${fact.why}`)
    }
  }

  private begun(
    { instance, root, readOnly }: Extract<TimedFact, { type: 'turn-begun' }>,
    fail: (message: string) => void
  ): void {
    const running = this.running.get(instance) ?? []
    this.running.set(instance, running)
    const other = running.find((turn) => turn.root !== root && !(turn.readOnly && readOnly))
    if (other !== undefined)
      fail(`instance ${instance} began a turn for call ${root} while one for call ${other.root} ran`)
    running.push({ root, readOnly })
  }

  private ended(instance: Id, root: Id): void {
    const running = this.running.get(instance) ?? []
    const index = running.findIndex((turn) => turn.root === root)
    if (index >= 0) running.splice(index, 1)
  }

  private serves(uuid: string, root: Id): boolean {
    return [...this.running].some(
      ([instance, turns]) => this.activations.get(instance)?.uuid === uuid && turns.some((turn) => turn.root === root)
    )
  }
}

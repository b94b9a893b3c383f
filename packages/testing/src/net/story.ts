// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, Id, TimedFact } from '../kernel/history'
import { nodeOf } from './names'

/** Lines that are kept: enough to see what led to a failure. */
const maxLines = 60

/** Tells the facts of a run to people: the last ones are kept. */
export class Story implements Checker {
  readonly name = 'story'
  private readonly lines: string[] = []
  private readonly calls = new Map<Id, string>()
  private readonly instances = new Map<Id, string>()

  see(fact: TimedFact): void {
    const line = this.lineOf(fact)
    if (line !== undefined) this.add(fact.at, line)
  }

  add(at: number, text: string): void {
    this.lines.push(`${(at / 1000).toFixed(3).padStart(9)} s  ${text}`)
    if (this.lines.length > 2 * maxLines) this.lines.splice(0, this.lines.length - maxLines)
  }

  tail(): string[] {
    return this.lines.slice(-maxLines)
  }

  private lineOf(fact: TimedFact): string | undefined {
    switch (fact.type) {
      case 'called':
        this.calls.set(fact.call, `${nodeOf(fact.process)}: ${fact.what} (call ${fact.call})`)
        return this.calls.get(fact.call)
      case 'answered':
        return `${this.ended(fact.call)} is answered`
      case 'failed':
        return `${this.ended(fact.call)} fails: ${fact.message}`
      case 'executed':
        return `${this.instances.get(fact.instance)} is given call ${fact.request}`
      case 'created':
        this.instances.set(fact.instance, `${fact.uuid} on ${nodeOf(fact.process)} (copy ${fact.instance})`)
        return `${this.instances.get(fact.instance)} is made`
      case 'terminating':
        return `${this.instances.get(fact.instance)} ends`
      case 'started':
        return `${nodeOf(fact.process)} starts`
      case 'died':
        return `${nodeOf(fact.process)} is gone`
      default:
        return undefined
    }
  }

  private ended(call: Id): string {
    const what = this.calls.get(call) ?? `call ${call}`
    this.calls.delete(call)
    return what
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { compareTokens, type ActivationToken } from '@hcengineering/network-core'
import type { Id, TimedFact } from '../history'

/** One copy of a container. */
export interface Instance {
  readonly instance: Id
  readonly uuid: string
  readonly kind: string
  readonly process: string
  readonly stateless: boolean
}

/** The copies of all containers, and which of two the coordinator wanted later. */
export class Activations {
  private readonly instances = new Map<Id, Instance>()
  private readonly tokens = new Map<Id, ActivationToken>()

  see(fact: TimedFact): void {
    if (fact.type === 'created') this.instances.set(fact.instance, fact)
    if (fact.type !== 'activated') return
    const { instance, token } = fact
    if (compareTokens(token, this.tokens.get(instance)) > 0) this.tokens.set(instance, token)
  }

  get(instance: Id): Instance | undefined {
    return this.instances.get(instance)
  }

  /** Positive when `a` is the later one. */
  compare(a: Id, b: Id): number {
    return compareTokens(this.tokens.get(a), this.tokens.get(b)) || a - b
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { retryableCodes } from '@hcengineering/network-core'
import type { Checker, Id, RequestFacts, TimedFact } from '../history'

interface Request {
  readonly facts: RequestFacts
  executions: number
  /** The caller was told that nothing was executed. */
  refused?: string
}

/**
 * A request is executed at most once, an acknowledged one exactly once, one refused with a retryable code never; and the
 * container is told who asks.
 */
export class AtMostOnce implements Checker {
  readonly name = 'at most once'
  private readonly requests = new Map<Id, Request>()

  see(fact: TimedFact, fail: (message: string) => void): void {
    switch (fact.type) {
      case 'called':
        if (fact.request !== undefined) this.requests.set(fact.call, { facts: fact.request, executions: 0 })
        return
      case 'executed': {
        const request = this.requests.get(fact.request)
        if (request === undefined) return fail(`request ${fact.request} was executed and never made`)
        request.executions++
        if (request.executions > 1 && !request.facts.idempotent) {
          fail(`request ${fact.request} to ${request.facts.uuid} was executed ${request.executions} times`)
        }
        if (request.refused !== undefined && !request.facts.idempotent) {
          fail(`request ${fact.request} was executed after its caller was told ${request.refused}`)
        }
        if (fact.client !== request.facts.client) {
          fail(`request ${fact.request} of ${request.facts.client} was executed in the name of ${fact.client}`)
        }
        return
      }
      case 'answered': {
        const request = this.requests.get(fact.call)
        if (request?.executions === 0) fail(`request ${fact.call} was answered and never executed`)
        return
      }
      case 'failed': {
        const request = this.requests.get(fact.call)
        if (request === undefined || !(retryableCodes as ReadonlySet<string>).has(fact.code)) return
        request.refused = fact.code
        if (request.executions > 0 && !request.facts.idempotent) {
          fail(`request ${fact.call} was executed, and its caller is told ${fact.code}: ${fact.message}`)
        }
      }
    }
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, TimedFact } from '@hcengineering/network-testing/kernel'

/**
 * When the faults have stopped every held reference answers within {@link healsWithinMs}, and every connection has followed
 * its container; and at last nothing is left.
 */
export class Healing implements Checker {
  readonly name = 'healing'

  see(fact: TimedFact, fail: (message: string) => void): void {
    if (fact.type === 'unusable') {
      fail(`${fact.uuid}, held by ${fact.process}, does not answer ${fact.afterMs} ms after the heal: ${fact.cause}`)
    }
    if (fact.type === 'listening') for (const one of fact.deaf) fail(`no copy knows of the connection ${one}`)
    if (fact.type === 'closed' && fact.pendingSteps > 0) {
      fail(`${fact.pendingSteps} timers or messages are pending after everything was closed`)
    }
  }
}

/** Alive timeout (3 s), the longest pause between attempts to reconnect or to start (5 s), and as much again. */
export const healsWithinMs = 15_000

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker, TimedFact, Whereabouts } from '@hcengineering/network-testing/kernel'

/** Once quiet, coordinator, agents and the truth know the same containers, each once, and the coordinator's tables agree. */
export class Agreement implements Checker {
  readonly name = 'agreement'

  see(fact: TimedFact, fail: (message: string) => void): void {
    if (fact.type !== 'quiet') return
    const { coordinator, agents, living, tables } = fact.view
    if (tables !== undefined) fail(`the tables of the coordinator disagree: ${tables}`)
    once(coordinator, 'the coordinator', fail)
    once(agents, 'the agents', fail)
    difference(coordinator, agents, 'the coordinator', 'no agent', fail)
    difference(agents, coordinator, 'an agent', 'the coordinator', fail)
    difference(agents, living, 'an agent', 'nobody who looks', fail)
    difference(living, agents, 'a process', 'its agent', fail)
  }
}

const keyOf = ({ uuid, agent }: Whereabouts): string => `${uuid} on ${agent}`

function once(list: readonly Whereabouts[], who: string, fail: (message: string) => void): void {
  const seen = new Map<string, string>()
  for (const { uuid, agent } of list) {
    const other = seen.get(uuid)
    if (other !== undefined) fail(`${who} know ${uuid} twice: on ${other} and on ${agent}`)
    seen.set(uuid, agent)
  }
}

function difference(
  a: readonly Whereabouts[],
  b: readonly Whereabouts[],
  has: string,
  lacks: string,
  fail: (message: string) => void
): void {
  const known = new Set(b.map(keyOf))
  for (const one of a) if (!known.has(keyOf(one))) fail(`${keyOf(one)}: ${has} has it, ${lacks} knows it`)
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Checker } from '@hcengineering/network-testing/kernel'
import { runSeed, type Plan } from '../index'
import { checkersFor } from '../checkers'
import { serialKind, serialNames } from '../names'
import type { Operation } from '../plan'

const STOPS = 12
const BETWEEN_MS = 2_000
const FIRST_MS = 5_000

/** Each stop finds a call of three containers, one for the other, a little further on its way. */
function plan(protocol: 1 | 2): Plan {
  const everything = ['room', 'desk', 'shelf', serialKind]
  const agent = { kinds: everything, direct: true, opaque: false, stateless: [] }
  const [first, second, third] = serialNames
  const times = Array.from({ length: STOPS }, (_, number) => FIRST_MS + BETWEEN_MS * number)
  const get = (kind: string, uuid: string): Operation => ({ at: 1_500, client: 0, action: { type: 'get', kind, uuid } })
  const turn = { type: 'turn', pick: 0, way: 'reference', path: [second, third], ms: 50, readOnly: false } as const
  return {
    seed: 1,
    agents: [agent, agent, agent],
    clients: 2,
    boots: [0, 10, 20, 30, 40, 50],
    protocols: Array.from({ length: 6 }, () => protocol),
    latencyMs: [1, 2],
    enabled: ['stop'],
    operations: [
      get(serialKind, first),
      { ...get(serialKind, second), client: 1 },
      { ...get(serialKind, third), client: 1 },
      ...times.map((at): Operation => ({ at, client: 0, action: turn }))
    ],
    faults: times.map((at, number) => {
      return { type: 'stop', at: at + 15 * number, target: { role: 'coordinator' }, downMs: 300 }
    }),
    starts: {},
    ends: {},
    healAt: FIRST_MS + BETWEEN_MS * STOPS
  }
}

class NoneFails implements Checker {
  readonly name = 'none fails'
  answered = 0
  private readonly turns = new Set<number>()

  see(fact: Parameters<Checker['see']>[0], fail: (message: string) => void): void {
    if (fact.type === 'called' && fact.what.startsWith('turn')) this.turns.add(fact.call)
    if (fact.type === 'answered' && this.turns.has(fact.call)) this.answered++
    if (fact.type === 'failed') fail(`call ${fact.call} failed: ${fact.code} ${fact.message}`)
  }
}

describe('a coordinator that stops in good order', () => {
  it.each([1, 2] as const)(
    'fails no call of containers to each other, wherever it finds it (protocol %i)',
    async (protocol) => {
      const given = plan(protocol)
      const none = new NoneFails()
      const result = await runSeed(given.seed, { plan: given, checkers: [...checkersFor(given), none] })
      expect(result.violations).toEqual([])
      expect(result.faults).toBe(STOPS)
      expect(none.answered).toBe(STOPS)
    }
  )
})

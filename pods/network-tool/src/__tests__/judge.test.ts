// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type {
  AgentCapacity,
  ContainerKind,
  ContainerUuid,
  CoordinatorDiagnosis,
  KindWait,
  ProcessDiagnosis
} from '@hcengineering/network-core'
import type { AgentFacts, Answer, DeploymentFacts, Finding } from '../doctor/findings'
import { judge } from '../doctor/judge'

const mebibyte = 1024 * 1024

const healthy: ProcessDiagnosis = {
  version: '0.8.0',
  node: 'v20.19.0',
  platform: 'linux x64',
  pid: 1,
  at: 1_005,
  uptimeMs: 1_000,
  memory: { rssBytes: 100 * mebibyte, heapUsedBytes: 10 * mebibyte, heapLimitBytes: 1_000 * mebibyte },
  loop: { sampledMs: 500, meanMs: 0.5, maxMs: 2 }
}

const coordinating: CoordinatorDiagnosis = {
  ...healthy,
  epoch: 7,
  recovering: false,
  agents: 1,
  clients: 1,
  containers: { active: 1, lost: 0 },
  references: 1,
  pendingGets: 0,
  ledger: true,
  limits: { maxInFlight: 1_024, maxInFlightBytes: 16 * mebibyte, maxUnsentBytes: 8 * mebibyte }
}

const answer = <T extends ProcessDiagnosis>(facts: T): Answer<T> => ({ facts, sentAt: 1_000, receivedAt: 1_010 })

const agent = (more: Partial<AgentFacts> = {}, id = 'a1'): AgentFacts => ({
  agent: { agentId: id, kinds: ['k'], containers: 1 } as unknown as AgentFacts['agent'],
  address: 'host:1',
  answer: answer(healthy),
  ...more
})

/** One with places, of which some are taken. */
const limited = (capacity: AgentCapacity): AgentFacts => {
  const placed = { containers: 1, byKind: { k: 2 } }
  return agent({ agent: { agentId: 'a1', kinds: ['k'], containers: 1, capacity, placed } as never })
}

const deployment = (more: Partial<DeploymentFacts> = {}): DeploymentFacts => ({
  version: '0.8.0',
  connectedInMs: 5,
  coordinator: answer(coordinating),
  agents: [agent(), agent({}, 'a2')],
  local: false,
  ...more
})

/** What is not ok. */
const bad = (facts: DeploymentFacts): string[] =>
  judge(facts)
    .filter(({ level }) => level !== 'ok')
    .map(({ level, of, check, says }: Finding) => `${level} ${of} ${check}: ${says}`)

const ofCoordinator = (more: Partial<CoordinatorDiagnosis>): DeploymentFacts =>
  deployment({ coordinator: answer({ ...coordinating, ...more }) })

describe('the doctor', () => {
  test('has nothing against what is well', () => {
    expect(bad(deployment())).toEqual([])
    expect(bad(deployment({ agents: [limited({ containers: 2 }), agent({}, 'a2')] }))).toEqual([])
  })

  test.each([
    [
      'another release',
      deployment({ version: '0.9.0' }),
      'warn coordinator version: 0.8.0 on Node v20.19.0; this tool is of 0.9.0'
    ],
    ['a clock ahead', ofCoordinator({ at: 6_005 }), 'warn coordinator clock: 5 s ahead of'],
    ['a clock far behind', ofCoordinator({ at: 1_005 - 100_000 }), 'fail coordinator clock: 100 s behind'],
    [
      'a slow loop',
      ofCoordinator({ loop: { sampledMs: 500, meanMs: 50, maxMs: 150 } }),
      'warn coordinator loop lag: 50.0 ms'
    ],
    [
      'a stalled loop',
      ofCoordinator({ loop: { sampledMs: 500, meanMs: 500, maxMs: 1_500 } }),
      'fail coordinator loop lag'
    ],
    [
      'a full heap',
      ofCoordinator({ memory: { rssBytes: 0, heapUsedBytes: 96, heapLimitBytes: 100 } }),
      'fail coordinator memory'
    ],
    ['no ledger', ofCoordinator({ ledger: false }), 'warn coordinator ledger: there is none'],
    ['recovery', ofCoordinator({ recovering: true }), 'warn coordinator recovery'],
    [
      'lost containers',
      ofCoordinator({ containers: { active: 1, lost: 2 } }),
      'warn coordinator containers: 1 active, 2 lost'
    ],
    [
      'gets that nobody can serve',
      ofCoordinator({ waits: [{ kind: 'room' as ContainerKind, cause: 'agent', gets: 3, containers: 1 }] }),
      'warn coordinator waiting: kind room, 3 gets and 1 held container: no agent offers it: start one'
    ],
    [
      'held containers for which there is no room',
      ofCoordinator({
        waits: [{ kind: 'room' as ContainerKind, cause: 'room', gets: 0, containers: 2, lastError: 'it is full' }]
      }),
      'warn coordinator waiting: kind room, 2 held containers: every agent that offers it is full: raise their capacity, ' +
        'or start another; the last error: it is full'
    ],
    [
      'a cause of a later release',
      ofCoordinator({ waits: [{ kind: 'room' as ContainerKind, cause: 'mood' as never, gets: 1, containers: 0 }] }),
      'warn coordinator waiting: kind room, 1 get: they wait for: mood'
    ],
    [
      'gets that failed lately',
      ofCoordinator({
        failedGets: [
          {
            kind: 'room' as ContainerKind,
            uuid: 'lobby' as ContainerUuid,
            at: 1_005 - 60_000,
            code: 'START_FAILED',
            why: 'no memory',
            gets: 3
          }
        ]
      }),
      'warn coordinator failed gets: kind room, 3 gets with START_FAILED, the last 60 s ago for container lobby: no memory'
    ],
    [
      'an old coordinator',
      deployment({ coordinator: undefined }),
      'warn coordinator version: it is of a release before 0.8.0'
    ],
    ['no agents', deployment({ agents: [] }), 'warn coordinator agents: there are none'],
    [
      'one agent alone',
      deployment({ agents: [agent()] }),
      'warn coordinator kinds: offered by one agent alone, and gone with it: k'
    ],
    [
      'an agent out of reach',
      deployment({ agents: [agent({ unreachable: 'refused' }), agent({}, 'a2')] }),
      'fail a1 reachability: host:1 cannot be reached from here: refused'
    ],
    [
      'an endpoint for its own machine',
      deployment({ agents: [agent({ address: '127.0.0.1:1', unreachable: 'refused' }), agent({}, 'a2')] }),
      'fail a1 reachability: it names 127.0.0.1:1, which is each machine for itself'
    ],
    [
      'an agent that is full',
      deployment({ agents: [limited({ containers: 3, byKind: { k: 2 } }), agent({}, 'a2')] }),
      'warn a1 capacity: full: 1/3, k 2/2 places are taken'
    ],
    [
      'an agent that says nothing',
      deployment({ agents: [agent({ answer: undefined, silent: 'old' }), agent({}, 'a2')] }),
      'warn a1 version: its process tells nothing of itself: old'
    ]
  ])('tells of %s', (_what, facts, says) => {
    const found = bad(facts)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(says)
  })

  test('names the kinds for which most waits, and takes a start for what passes', () => {
    const waits = Array.from({ length: 12 }, (_, at): KindWait => {
      return { kind: `k${at}` as ContainerKind, cause: at === 0 ? 'start' : 'agent', gets: 20 - at, containers: 0 }
    })
    const found = bad(ofCoordinator({ waits }))
    expect(found).toHaveLength(10)
    expect(found[0]).toContain('kind k1, 19 gets')
    expect(found[9]).toBe('warn coordinator waiting: and for 2 more')
  })

  test('tells of an agent that drains, and does not count what it offers', () => {
    const draining = agent({ agent: { agentId: 'a1', kinds: ['k'], containers: 3, draining: true } as never })
    expect(bad(deployment({ agents: [draining, agent({}, 'a2')] }))).toEqual([
      'warn coordinator kinds: offered by one agent alone, and gone with it: k',
      'warn a1 containers: it drains: 3 left'
    ])
  })
})

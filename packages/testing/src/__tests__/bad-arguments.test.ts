// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { expectRefused } from '@hcengineering/network-rig/bad-arguments'
import { forSeeds, testNetwork } from '../index'
import { counters } from './counter'

const open = async (options: object): Promise<unknown> => await testNetwork({ factories: counters, ...options })
const run = async (options: object): Promise<unknown> =>
  await forSeeds({ factories: counters, workload: async () => {}, ...options })

const rows: [string, () => Promise<unknown>, string][] = [
  ['a network of nothing', async () => await testNetwork(undefined as never), 'the options of a test network'],
  ['a network of options null', async () => await testNetwork(null as never), 'the options of a test network'],
  ['a network without factories', async () => await open({ factories: null }), 'factories'],
  ['a network with a factory that is none', async () => await open({ factories: { counter: 5 } }), "kind 'counter'"],
  ['stateless containers that are a list', async () => await open({ stateless: [] }), 'stateless'],
  ['a state that is no function', async () => await open({ state: {} }), 'state must be a function'],
  ['agents as text', async () => await open({ agents: '2' }), 'agents'],
  ['a seed null', async () => await open({ seed: 1.5 }), 'seed'],
  ['a latency that is a number', async () => await open({ latencyMs: 5 }), 'latencyMs must be an array, got 5'],
  ['timeouts of the network null', async () => await open({ networkTimeouts: null }), 'networkTimeouts'],
  ['timeouts of agents null', async () => await open({ agentTimeouts: null }), 'agentTimeouts'],
  ['seeds of nothing', async () => await forSeeds(null as never), 'the options of forSeeds'],
  ['seeds without a workload', async () => await run({ workload: null }), 'workload'],
  ['seeds with invariants that are none', async () => await run({ invariants: true }), 'invariants'],
  ['seeds with a check that is none', async () => await run({ always: 1 }), 'always'],
  ['seeds with a fault alone', async () => await run({ faults: 'kill' }), 'faults must be an array'],
  ['seeds with trouble of text', async () => await run({ troubleMs: '1s' }), 'troubleMs']
]

describe('what cannot be meant is INVALID_ARGUMENT, and named', () => {
  it.each(rows)('%s', async (_what, call, named) => {
    await expectRefused(call, named)
  })
})

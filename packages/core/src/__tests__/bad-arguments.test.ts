// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { expectRefused } from '@hcengineering/network-rig/bad-arguments'
import {
  AgentImpl,
  agentDirectRef,
  checkGetOptions,
  checkLabels,
  containerDirectRef,
  containerOnAgentEndpointRef,
  createProxy,
  createProxyHandler,
  handleProxyCall,
  handleProxyStream,
  NetworkImpl,
  parseEndpointRef,
  TickManagerImpl,
  type AgentOptions,
  type NetworkOptions
} from '../index'
import { FakeTickManager } from '../testing'

/** As who writes JavaScript, or casts, may give it. */
type Any = never

const ticks = new FakeTickManager()
const uuid = 'u' as Any
const kind = 'k' as Any
const agent = (options: unknown = {}, factories: unknown = {}): AgentImpl =>
  new AgentImpl('a' as Any, factories as Any, options as Any)
const network = (options: unknown = {}): NetworkImpl => new NetworkImpl(ticks, options as Any)

const ofAgent = (name: keyof AgentOptions, value: unknown): [string, () => unknown, string] => [
  `an agent with ${name} of the wrong type`,
  () => agent({ [name]: value }),
  name
]
const ofNetwork = (name: keyof NetworkOptions, value: unknown): [string, () => unknown, string] => [
  `a network with ${name} of the wrong type`,
  () => network({ [name]: value }),
  name
]

const rows: [string, () => unknown, string][] = [
  ['an agent without factories', () => agent({}, null), 'factories must be an object of functions by kind, got null'],
  ['an agent whose factory is none', () => agent({}, { k: {} }), "The factory of kind 'k' must be a function"],
  ['an agent with options null', () => agent(null), 'the options of an agent must be an object, got null'],
  ['an agent with options that are text', () => agent('fast'), "the options of an agent must be an object, got 'fast'"],
  ofAgent('timeouts', null),
  ofAgent('timeouts', 5),
  ofAgent('capacity', null),
  ofAgent('capacity', 5),
  ofAgent('ownership', null),
  ofAgent('ownershipByKind', null),
  ofAgent('tickManager', null),
  ofAgent('tickManager', {}),
  ofAgent('logger', null),
  ofAgent('logger', { info: () => {} }),
  ofAgent('aliveTimeoutSeconds', null),
  ['timeouts by kind null', () => agent({ timeouts: { startMsByKind: null } }), 'timeouts.startMsByKind'],
  ['a capacity by kind null', () => agent({ capacity: { byKind: null } }), 'capacity.byKind'],
  ['a drain with options null', async () => await agent().drain(null as Any), 'the options of a drain'],
  ['a drain with no time', async () => await agent().drain({ timeoutMs: null } as Any), 'timeoutMs of a drain'],
  ['registering with no network', async () => await agent().register(null as Any), 'network'],
  ['a get of an agent without options', async () => await agent().get(kind, null as Any), 'the options of a get'],
  [
    'a stateless container that is none',
    () => agent().addStatelessContainer(uuid, kind, '' as Any, null as Any),
    'container'
  ],
  [
    'a stateless container with an endpoint that is no text',
    () => agent().addStatelessContainer(uuid, kind, 5 as Any, null as Any),
    'the endpoint of a container must be text, got 5'
  ],
  [
    'a stateless container without ping()',
    () => agent().addStatelessContainer(uuid, kind, '' as Any, { request: () => {} } as Any),
    'has no ping()'
  ],
  ['a network without time', () => new NetworkImpl(null as Any), 'tickManager'],
  ['a network with options null', () => network(null), 'the options of a network must be an object, got null'],
  ofNetwork('timeouts', null),
  ofNetwork('logger', 'console'),
  ofNetwork('epoch', 'first'),
  ofNetwork('leases', {}),
  ofNetwork('voided', []),
  ofNetwork('random', 0.5),
  ofNetwork('placement', null),
  ofNetwork('placementByKind', null),
  ofNetwork('rebalancing', null),
  ofNetwork('maxParkedRequests', 'many'),
  ['a placement of a kind null', () => network({ placementByKind: { k: null } }), "placementByKind['k']"],
  ['attract that is text', () => network({ placement: { attract: 'rack' } }), 'placement.attract must be an array'],
  ['a network asked to register nothing', async () => await network().register(null as Any, {} as Any), 'the record'],
  [
    'a network asked to register no agent',
    async () => await network().register({ agentId: 'a', kinds: [], containers: [] } as Any, null as Any),
    'agent'
  ],
  [
    'a record without kinds',
    async () => await network().register({ agentId: 'a', containers: [] } as Any, {} as Any),
    'kinds'
  ],
  ['a get without options', async () => await network().get('c' as Any, kind, null as Any), 'the options of a get'],
  ['a get of no kind', async () => await network().get('c' as Any, null as Any, {}), 'kind must be text'],
  [
    'an end with options null',
    async () => await network().operator.terminate(uuid, null as Any),
    'the options of an end'
  ],
  ['a drain of no agent', async () => await network().operator.drainAgent(null as Any), 'agentId'],
  ['an explanation of nothing', async () => await network().operator.explain(null as Any), 'uuid'],
  ['a request of nothing', async () => await network().request(null as Any, 'do'), 'uuid'],
  ['a request without operation', async () => await network().request(uuid, null as Any), 'operation'],
  [
    'a request with options null',
    async () => await network().request(uuid, 'do', 1, uuid, null as Any),
    'the options of a request'
  ],
  ['ticks of no number', () => new TickManagerImpl('fast' as Any), 'Ticks per second'],
  ['a handler of ticks that is none', () => new TickManagerImpl(1).register(null as Any, 1), 'the handler of ticks'],
  ['an interval that is none', () => new TickManagerImpl(1).register(() => {}, null as Any), 'Interval'],
  ['labels that are text', () => checkLabels('eu' as Any), "labels must be an array, got 'eu'"],
  ['a label that is a number', () => checkLabels([7 as Any]), 'a label'],
  [
    'a placement that is text',
    () => checkGetOptions({ placement: 'here' as Any }),
    "placement must be an object, got 'here'"
  ],
  ['an endpoint of no host', () => agentDirectRef(null as Any, 1, 'a' as Any), 'host'],
  ['an endpoint of no port', () => containerDirectRef('h', null as Any, uuid, 'a' as Any), 'port'],
  ['an endpoint reference null', () => parseEndpointRef(null as Any), 'Not an endpoint reference'],
  [
    'an endpoint on an agent without one',
    () => containerOnAgentEndpointRef(undefined as Any, uuid),
    'server.start(agent)'
  ],
  ['a proxy of nothing', () => createProxy(null as Any), 'the handler of a proxy'],
  [
    'a proxy whose options are text',
    () => createProxy({ request: async () => {} }, 'i', 'x' as Any),
    'the options of a proxy'
  ],
  [
    'a proxy whose streams are text',
    () => createProxy({ request: async () => {} }, 'i', { streams: 'x' as Any }),
    'streams'
  ],
  ['a handler of a proxy for nothing', () => createProxyHandler(null as Any), 'the service implementation'],
  ['a call of nothing', async () => await handleProxyCall(undefined as Any, 'do', []), 'the service implementation'],
  ['a call of no method', async () => await handleProxyCall({}, undefined as Any, []), 'method'],
  ['a stream of nothing', () => handleProxyStream(null as Any, 'do', []), 'the service implementation']
]

describe('what cannot be meant is INVALID_ARGUMENT, and named', () => {
  test.each(rows)('%s', async (_what, call, named) => {
    await expectRefused(call, named)
  })
})

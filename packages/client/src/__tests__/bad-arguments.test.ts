// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerConnection, ContainerReference } from '@hcengineering/network-core'
import { EchoFactory, FakeTickManager } from '@hcengineering/network-core/testing'
import { expectRefused } from '@hcengineering/network-rig/bad-arguments'
import { NetworkAgentServer } from '../agent-server'
import { createAgent, createNetworkClient } from '../create'
import { drainOnSignal } from '../drain-on-signal'
import { NetworkClientImpl } from '../network-client'
import { chat, room } from './connecting'
import { World } from './world'

/** As who writes JavaScript, or casts, may give it. */
type Any = never

const ticks = new FakeTickManager()
const uuid = room.uuid as Any
const factories = { chat: new EchoFactory().create }
const drainable = { drain: async () => ({}), close: async () => {} } as Any
const serve = async (...given: unknown[]): Promise<void> => {
  const client = createNetworkClient('127.0.0.1:1')
  try {
    await client.serveAgent(...(given as [Any, Any]))
  } finally {
    await client.close()
  }
}

type Row = [string, () => unknown, string]

const makers: Row[] = [
  ['a client of nowhere', () => createNetworkClient(null as Any), 'Bad address'],
  ['a client with options null', () => createNetworkClient('h', 3, null as Any), 'the options of a client'],
  ['a client with options that are a logger', () => createNetworkClient('h', 3, (() => {}) as Any), 'got a function'],
  ['a client with an alive timeout null', () => createNetworkClient('h', null as Any), 'aliveTimeout'],
  [
    'a client with an alive timeout as text',
    () => createNetworkClient('h', '3' as Any),
    "aliveTimeout must be a number of seconds above 0, got '3'"
  ],
  ['a logger null', () => createNetworkClient('h', 3, { logger: null as Any }), 'logger'],
  ['a logger without warn()', () => createNetworkClient('h', 3, { logger: { debug: 1 } as Any }), 'logger'],
  [
    'a time for requests null',
    () => createNetworkClient('h', 3, { requestTimeoutMs: null as Any }),
    'requestTimeoutMs'
  ],
  ['a client id null', () => createNetworkClient('h', 3, { clientId: 7 as Any }), 'clientId'],
  ['options of sockets null', () => createNetworkClient('h', 3, { socketOptions: null as Any }), 'socketOptions'],
  ['a client without time', () => new NetworkClientImpl('h', 1, null as Any), 'tickManager'],
  ['an agent of nowhere', () => createAgent(undefined as Any, factories), 'Bad address'],
  ['an agent without factories', () => createAgent('h', null as Any), 'factories'],
  ['an agent with options null', () => createAgent('h', factories, null as Any), 'the options of an agent'],
  ['an agent with an ownership', () => createAgent('h', factories, { ownership: 'loose' as Any }), 'ownership'],
  ['serving nowhere', async () => await serve(null, factories), 'Bad address'],
  ['serving nothing', async () => await serve('127.0.0.1:0', undefined), 'factories'],
  ['serving with stateless null', async () => await serve('127.0.0.1:0', factories, null), 'stateless'],
  [
    'serving with options null',
    async () => await serve('127.0.0.1:0', factories, undefined, null),
    'the options of an agent'
  ],
  [
    'serving with no capacity',
    async () => await serve('127.0.0.1:0', factories, undefined, { capacity: 5 }),
    'capacity'
  ],
  ['an agent id null', () => createAgent('h', factories, { agentId: null as Any }), 'agentId'],
  ['serving under no name', async () => await serve('127.0.0.1:0', factories, undefined, { agentId: '' }), 'agentId'],
  [
    'serving stateless containers that are no list',
    async () => await serve('127.0.0.1:0', factories, () => 5),
    'what stateless answers'
  ],
  [
    'serving a stateless container that is none',
    async () => await serve('127.0.0.1:0', factories, () => [null]),
    'an element of what stateless answers'
  ],
  ['an agent server without time', () => new NetworkAgentServer(null as Any, 'h'), 'tickManager'],
  ['an agent server of nowhere', () => new NetworkAgentServer(ticks, null as Any), 'endpointHost'],
  [
    'an agent server with options null',
    () => new NetworkAgentServer(ticks, 'h', '*', 0, null as Any),
    'the options of an agent server'
  ],
  ['draining nothing', () => drainOnSignal(null as Any), 'client'],
  ['draining with options null', () => drainOnSignal(drainable, null as Any), 'the options of drainOnSignal'],
  [
    'signals that are text',
    () => drainOnSignal(drainable, { signals: 'SIGTERM' as Any }),
    "signals must be an array, got 'SIGTERM'"
  ],
  [
    'a signal that does not exist',
    () => drainOnSignal(drainable, { signals: ['SIGFOO' as Any] }),
    "an element of signals must be a signal that a process can handle, got 'SIGFOO'"
  ],
  ['a signal that nobody can handle', () => drainOnSignal(drainable, { signals: ['SIGKILL'] }), 'signals'],
  ['onClosed that is none', () => drainOnSignal(drainable, { onClosed: 5 as Any }), 'onClosed'],
  ['a time to drain that is text', () => drainOnSignal(drainable, { timeoutMs: '30s' as Any }), 'timeoutMs']
]

const calls: [string, (client: NetworkClientImpl) => unknown, string][] = [
  ['registering nothing', async (client) => await client.register(null as Any), 'agent'],
  ['a get of no kind', async (client) => await client.get(undefined as Any, {}), 'kind'],
  ['a get with options that are text', async (client) => await client.get(chat, 'room' as Any), 'the options of a get'],
  [
    'a get with call options that are a number',
    async (client) => await client.get(chat, {}, 5000 as Any),
    'the call options of a get'
  ],
  ['a get whose time is text', async (client) => await client.get(chat, {}, { timeoutMs: '5s' as Any }), 'timeoutMs'],
  [
    'a get whose signal lets nobody go',
    async (client) => await client.get(chat, {}, { signal: { aborted: false, addEventListener: () => {} } as Any }),
    'signal must have addEventListener, removeEventListener, but has no removeEventListener()'
  ],
  ['a get whose signal is none', async (client) => await client.get(chat, {}, { signal: null as Any }), 'signal'],
  ['a list of a kind that is a number', async (client) => await client.list(5 as Any), 'kind'],
  ['a list of what is not served, of no kind', async (client) => await client.unserved({} as Any), 'kind'],
  ['a request of nothing', async (client) => await client.request(null as Any, 'say'), 'uuid'],
  ['a request without operation', async (client) => await client.request(uuid, undefined as Any), 'operation'],
  [
    'a request with options that are a number',
    async (client) => await client.request(uuid, 'say', 1, 5000 as Any),
    'the options of a request'
  ],
  [
    'a request whose signal is none',
    async (client) => await client.request(uuid, 'say', 1, { signal: {} as Any }),
    'signal'
  ],
  ['a listener that is none', (client) => client.onUpdate(null as Any), 'listener'],
  ['a wait for a time that is text', async (client) => await client.waitConnection('5' as Any), 'timeoutMs'],
  ['an explanation of nothing', async (client) => await client.explain(null as Any), 'uuid'],
  ['an end with options null', async (client) => await client.terminate(uuid, null as Any), 'the options of an end'],
  [
    'a drain of an agent with options null',
    async (client) => await client.drainAgent('a' as Any, null as Any),
    'the options of a drain'
  ],
  ['a diagnosis with options null', async (client) => await client.diagnose(null as Any), 'the options of a diagnosis'],
  ['a drain with options null', async (client) => await client.drain(null as Any), 'the options of a drain'],
  ['a drain whose time is text', async (client) => await client.drain({ timeoutMs: '5' as Any }), 'timeoutMs']
]

/** The same of a reference and of a connection. */
const asks: [string, (one: ContainerReference | ContainerConnection) => unknown, string][] = [
  ['a request without operation', async (one) => (await one.request(null as Any)) as unknown, 'operation'],
  [
    'a request with options that are text',
    async (one) => (await one.request('say', 1, 'fast' as Any)) as unknown,
    'the options of a request'
  ],
  [
    'a request whose time is null',
    async (one) => (await one.request('say', 1, { timeoutMs: null as Any })) as unknown,
    'timeoutMs'
  ],
  [
    'a request whose signal is null',
    async (one) => (await one.request('say', 1, { signal: null as Any })) as unknown,
    'signal'
  ],
  ['a message without operation', async (one) => await one.send?.(null as Any), 'operation'],
  ['a stream without operation', (one) => one.stream?.(null as Any), 'operation'],
  ['a stream with options that are a number', (one) => one.stream?.('say', 1, 5 as Any), 'the options of a stream'],
  ['a stream whose time is text', (one) => one.stream?.('say', 1, { timeoutMs: '5' as Any }), 'timeoutMs'],
  ['a stream whose signal is null', (one) => one.stream?.('say', 1, { signal: null as Any }), 'signal'],
  ['a stream whose input is a number', (one) => one.stream?.('say', 1, { input: 5 as Any }), 'input'],
  ['a proxy whose streams are text', (one) => one.cast('i', { streams: 'say' as Any }), 'streams']
]

describe('what cannot be meant is INVALID_ARGUMENT, and named', () => {
  test.each(makers)('%s', async (_what, call, named) => {
    await expectRefused(call, named)
  })

  test.each(calls)('%s', async (_what, call, named) => {
    await expectRefused(async () => await call(await new World().connected()), named)
  })

  describe.each(['reference', 'connection'])('of a %s', (which) => {
    let one: ContainerReference | ContainerConnection

    beforeAll(async () => {
      const world = new World()
      const client = await world.connected()
      const asked = client.get(chat, room)
      await world.pass(100)
      const reference = await asked
      const connected = which === 'reference' ? undefined : reference.connect()
      await world.pass(5_000)
      one = (await connected) ?? reference
    })

    test.each(asks)('%s', async (_what, ask, named) => {
      await expectRefused(() => ask(one), named)
    })
  })

  test('options of a call that are null count as none, as in 0.7', async () => {
    const world = new World()
    const client = await world.connected()
    const asked = client.get(chat, null as Any, null as Any)
    await world.pass(100)
    expect((await asked).uuid).toBeDefined()
  })
})

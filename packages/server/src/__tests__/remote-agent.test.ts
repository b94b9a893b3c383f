// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  BackRPCClient,
  MemoryNetwork,
  type BackRPCServer,
  type BackRPCSessionInfo
} from '@hcengineering/network-backrpc'
import {
  NetworkError,
  NetworkImpl,
  type AgentUuid,
  type ClientUuid,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { FakeTickManager } from '@hcengineering/network-core/testing'
import { NetworkServer } from '../network-server'
import { RemoteAgent } from '../remote-agent'

const uuid = 'c' as ContainerUuid
const session = { ours: true, protocol: 2 } as unknown as BackRPCSessionInfo

describe('an agent in another process', () => {
  /** What it is asked, each with its answer still to come. */
  let asked: { readonly name: string; answer(value: unknown): void; fail(error: Error): void }[]
  let agent: RemoteAgent

  beforeEach(() => {
    asked = []
    const server = {
      request: async (_client: string, name: string) =>
        await new Promise((resolve, reject) => asked.push({ name, answer: resolve, fail: reject }))
    }
    const record = { agentId: 'a' as AgentUuid, kinds: [], containers: [] }
    agent = new RemoteAgent(record, 'p' as ClientUuid, session, server as unknown as BackRPCServer<ClientUuid>)
  })

  /** Whether it has heard, as far as was answered. */
  async function hasHeard(heard: Promise<void>): Promise<boolean> {
    let is = false
    void heard.then(() => (is = true))
    await new Promise(setImmediate)
    return is
  }

  it('has heard when nothing is said', async () => {
    expect(await hasHeard(agent.heard())).toBe(true)
    expect(asked).toEqual([])
  })

  it('has heard of ends when what was asked after them is answered, though they go on', async () => {
    const ended = agent.retire?.(uuid, { reason: 'a later activation has served', final: true })
    const heard = agent.heard()
    expect(asked.map(({ name }) => name)).toEqual(['ct', 'cl'])
    expect(await hasHeard(heard)).toBe(false)
    asked[1].answer([])
    expect(await hasHeard(heard)).toBe(true)
    asked[0].answer({})
    await ended
    expect(await hasHeard(agent.heard())).toBe(true)
    expect(asked).toHaveLength(2)
  })

  it.each([
    [
      { reason: 'busy', withinMs: 5 },
      { reason: 'busy', withinMs: 5 }
    ],
    [{ reason: 'busy', withinMs: Infinity }, { reason: 'busy' }],
    [{ reason: 5, withinMs: 'soon' }, { reason: '' }],
    ['busy', { reason: '' }]
  ])('serves on when it says that it cannot end yet, as %p', async (said, read) => {
    const outcome = agent.retire?.(uuid, { reason: 'nobody holds it', final: false })
    asked[0].answer({ notYet: said })
    expect(await outcome).toEqual({ notYet: read })
  })

  it('has heard which copies are standby when it has answered that, or cannot be asked', async () => {
    const told = agent.deactivate?.(uuid).catch(() => {})
    const heard = agent.heard()
    expect(await hasHeard(heard)).toBe(false)
    asked[0].fail(new NetworkError('UNAVAILABLE', 'it is gone'))
    expect(await hasHeard(heard)).toBe(true)
    await told
  })
})

describe('an agent whose process begins another session under its name', () => {
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
  }

  it('is not asked for what it was to do in the one before', async () => {
    const ticks = new FakeTickManager()
    const memory = new MemoryNetwork({ schedule: (delayMs, fn) => ticks.schedule(delayMs, fn) })
    const network = new NetworkImpl(ticks)
    const options = { transport: memory.node('server'), probePort: async () => 'unknown' as const }
    const server = new NetworkServer(network, ticks, 'server', 3737, options)
    await server.ready()
    const asked: string[] = []
    const begin = async (run: string): Promise<BackRPCClient<ClientUuid>> => {
      const requestHandler = async (method: string): Promise<void> => {
        asked.push(`${run} ${method}`)
      }
      const transport = memory.node(run)
      const client = new BackRPCClient('p' as ClientUuid, { requestHandler }, 'server', 3737, ticks, { transport })
      await client.waitConnection()
      return client
    }
    const record = { uuid: 'a', kinds: ['room'], containers: [] }
    const first = await begin('first')
    await first.request('ar', record)
    memory.kill('first')
    await settled()
    const got = network.get('c' as ClientUuid, 'room' as ContainerKind, { uuid }).catch((error: Error) => error)
    await settled()
    const second = await begin('second')
    await settled()
    expect(asked).toEqual([])
    await second.request('ar', record)
    second.close()
    await settled()
    await server.close()
    await network.close()
    await got
  })
})

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCClient, MemoryNetwork } from '@hcengineering/network-backrpc'
import {
  limits,
  NetworkImpl,
  type ClientUuid,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { FakeTickManager } from '@hcengineering/network-core/testing'
import { NetworkServer } from '../network-server'

const room = 'room' as ContainerKind
const busy = 'busy' as ContainerUuid

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('an agent all of whose places are taken by calls that wait', () => {
  let ticks: FakeTickManager
  let network: NetworkImpl
  let server: NetworkServer
  let agent: BackRPCClient<ClientUuid>
  let asked: string[]

  const count = (method: string): number => asked.filter((each) => each === method).length

  /** Requests of which none is answered, and what becomes of them. */
  const askMany = (requests: number, data: unknown = 1): Promise<unknown>[] =>
    Array.from({ length: requests }, async () => await network.request(busy, 'wait', data, undefined, { timeoutMs: 0 }))

  const begin = async (protocol: 1 | 2): Promise<void> => {
    ticks = new FakeTickManager()
    asked = []
    const memory = new MemoryNetwork()
    network = new NetworkImpl(ticks)
    const probePort = async (): Promise<'unknown'> => 'unknown'
    server = new NetworkServer(network, ticks, 'localhost', 3737, { transport: memory, probePort, protocol })
    await server.ready()
    const requestHandler = async (method: string, params: unknown): Promise<unknown> => {
      asked.push(method)
      const [, args] = params as [string, { uuid?: string }[]]
      if (method === 'cs') return await new Promise(() => {})
      return method === 'gg' ? [args[1].uuid, 'new@a1'] : 'ok'
    }
    agent = new BackRPCClient<ClientUuid>(
      'owner' as ClientUuid,
      { requestHandler: (method, params, _send, context) => context.answerWith(requestHandler(method, params)) },
      'localhost',
      3737,
      ticks,
      { transport: memory, callerOf: (method) => (method === 'cs' ? '' : undefined), protocol }
    )
    await agent.waitConnection()
    const container = { uuid: busy, kind: room, agentId: 'a1', endpoint: 'busy@a1', lastVisit: 0 }
    await agent.request('ar', { uuid: 'a1', kinds: [room], containers: [container] })
  }

  afterEach(async () => {
    agent.close()
    await server.close()
    await network.close()
  })

  it.each([2, 1] as const)('starts and ends what it is asked to at once (protocol %s)', async (protocol) => {
    await begin(protocol)
    const outcomes = Promise.allSettled(askMany(limits.maxInFlightRequests + 100))
    await settled()
    const [uuid] = await network.get('c' as ClientUuid, room, { uuid: 'new' as ContainerUuid })
    expect(uuid).toBe('new')
    await network.operator.terminate(uuid, { force: true })
    expect(asked.filter((method) => method !== 'cs')).toEqual(['gg', 'ct'])
    expect(count('cs')).toBe(limits.maxInFlightRequests - 64)
    agent.close()
    await outcomes
  })

  it('so does one whose places are taken by their bytes', async () => {
    await begin(2)
    const outcomes = Promise.allSettled(askMany(20, new Uint8Array(1024 * 1024)))
    await settled()
    expect(count('cs')).toBe(11)
    await network.get('c' as ClientUuid, room, { uuid: 'new' as ContainerUuid })
    agent.close()
    await outcomes
  })
})

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCClient, MemoryNetwork, type BackRPCClientHandler } from '@hcengineering/network-backrpc'
import {
  NetworkEventKind,
  NetworkImpl,
  type ActivationToken,
  type ClientUuid,
  type ContainerKind,
  type ContainerRecord,
  type ContainerUuid
} from '@hcengineering/network-core'
import { FakeTickManager } from '@hcengineering/network-core/testing'
import type { LedgerContent } from '../lease-ledger'
import { NetworkServer } from '../network-server'

const owner = 'owner' as ClientUuid

const token = (counter: number): ActivationToken => ({ epoch: 1, counter })

function container(uuid: string, counter: number): ContainerRecord {
  const at = { agentId: 'a1', endpoint: `${uuid}@a1`, kind: 'room', lastVisit: 0 }
  return { uuid, token: token(counter), ...at } as ContainerRecord
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A coordinator whose disk is done when the test says so, and the client of an agent. */
async function stage(): Promise<{
  network: NetworkImpl
  client: BackRPCClient<ClientUuid>
  connect: (name: string) => Promise<BackRPCClient<ClientUuid>>
  written: () => void
  close: () => Promise<void>
}> {
  const ticks = new FakeTickManager()
  const memory = new MemoryNetwork()
  let written = (): void => {}
  const disk = new Promise<void>((resolve) => (written = resolve))
  const ledger = { epoch: 0, leases: new Map(), voided: new Map(), write: async () => await disk }
  const network = new NetworkImpl(ticks)
  const options = { transport: memory, probePort: async () => 'unknown' as const, ledger }
  const server = new NetworkServer(network, ticks, 'localhost', 3737, options)
  await server.ready()
  const handlers = { requestHandler: async () => {} }
  const connect = async (name: string): Promise<BackRPCClient<ClientUuid>> => {
    const id = name as ClientUuid
    const client = new BackRPCClient<ClientUuid>(id, handlers, 'localhost', 3737, ticks, { transport: memory })
    await client.waitConnection()
    return client
  }
  const client = await connect(owner)
  const close = async (): Promise<void> => {
    client.close()
    await settled()
    await server.close()
    await network.close()
  }
  return { network, client, connect, written, close }
}

describe('a registration that waits for the disk', () => {
  it.each([
    ['has ended since', container('u', 3), ['v']],
    ['was ended in an earlier activation', container('u', 2), ['u', 'v']]
  ])('takes nothing in that %s', async (_what, removed, there) => {
    const { network, client, written, close } = await stage()
    const containers = [container('u', 3), container('v', 4)]
    const registered = client.request('ar', { uuid: 'a1', kinds: ['room'], containers })
    await settled()
    const event = NetworkEventKind.removed
    await client.request('cu', { uuid: 'a1', containers: [{ container: removed, event }] })
    expect(await network.list()).toEqual([])
    written()
    await registered
    expect((await network.list()).map(({ uuid }) => uuid)).toEqual(there)
    await close()
  })

  it.each([
    ['is as it was said to be since', container('u', 3), false],
    ['is not as it was in an earlier activation', container('u', 2), undefined]
  ])('takes in what %s', async (_what, updated, healthy) => {
    const { network, client, written, close } = await stage()
    const registered = client.request('ar', { uuid: 'a1', kinds: ['room'], containers: [container('u', 3)] })
    await settled()
    const event = NetworkEventKind.updated
    await client.request('cu', { uuid: 'a1', containers: [{ container: { ...updated, healthy: false }, event }] })
    written()
    await registered
    expect((await network.list()).map((record) => record.healthy)).toEqual([healthy])
    await close()
  })

  it('is told by its own client, of its own agent', async () => {
    const { network, client, written, close } = await stage()
    const registered = client.request('ar', { uuid: 'a1', kinds: ['room'], containers: [container('u', 3)] })
    await settled()
    const event = NetworkEventKind.removed
    await client.request('cu', { uuid: 'a2', containers: [{ container: container('u', 3), event }] })
    written()
    await registered
    expect(await network.list()).toHaveLength(1)
    await close()
  })
})

describe('a registration that came together with what its agent said after it', () => {
  it('takes nothing in that has ended since, and what has changed as it is then', async () => {
    const ticks = new FakeTickManager()
    const memory = new MemoryNetwork()
    const network = new NetworkImpl(ticks)
    const options = { transport: memory, probePort: async () => 'unknown' as const }
    const server = new NetworkServer(network, ticks, 'localhost', 3737, options)
    await server.ready()
    const handlers = { requestHandler: async () => {} }
    const client = new BackRPCClient(owner, handlers, 'localhost', 3737, ticks, { transport: memory })
    await client.waitConnection()
    const containers = [container('u', 3), container('v', 4)]
    const registered = client.request('ar', { uuid: 'a1', kinds: ['room'], containers })
    const events = [
      { container: container('u', 3), event: NetworkEventKind.removed },
      { container: { ...container('v', 4), healthy: false }, event: NetworkEventKind.updated }
    ]
    await client.request('cu', { uuid: 'a1', containers: events })
    await registered
    expect(await network.list()).toMatchObject([{ uuid: 'v', healthy: false }])
    client.close()
    await settled()
    await server.close()
    await network.close()
  })
})

describe('a registration that was said before a start was answered, and came together with that answer', () => {
  it('says nothing of what has started', async () => {
    const ticks = new FakeTickManager()
    const memory = new MemoryNetwork()
    const network = new NetworkImpl(ticks)
    const server = new NetworkServer(network, ticks, 'localhost', 3737, {
      transport: memory,
      probePort: async () => 'unknown'
    })
    await server.ready()
    const asked: string[] = []
    const record = { uuid: 'a1', kinds: ['room'], containers: [] }
    let renew = (): void => {}
    const requestHandler: BackRPCClientHandler['requestHandler'] = async (method, _params, send) => {
      asked.push(method)
      if (asked.length === 1) renew()
      await send(method === 'gg' ? ['u', 'u@a1'] : [])
    }
    const client = new BackRPCClient(owner, { requestHandler }, 'localhost', 3737, ticks, { transport: memory })
    await client.waitConnection()
    await client.request('ar', record)
    renew = () => {
      client.request('ar', record).catch(() => {})
    }
    await network.get('c' as ClientUuid, 'room' as ContainerKind, { uuid: 'u' as ContainerUuid })
    await settled()
    expect(await network.list()).toHaveLength(1)
    expect(asked.filter((method) => method === 'gg')).toHaveLength(1)
    client.close()
    await settled()
    await server.close()
    await network.close()
  })
})

describe('a registration that its client has given up while it waited for the end of another owner', () => {
  const record = { uuid: 'a1', kinds: ['room'], containers: [] }

  it('leaves no agent behind, though it was decided later', async () => {
    const { network, client, connect, written, close } = await stage()
    written()
    const before = await connect('before')
    await before.request('ar', record)
    const patience = new AbortController()
    const given = client.request('ar', record, { signal: patience.signal })
    await settled()
    patience.abort()
    await expect(given).rejects.toMatchObject({ code: 'CANCELLED' })
    await settled()
    before.close()
    await settled()
    expect(await network.agents()).toEqual([])
    await client.request('ar', record)
    expect(await network.agents()).toHaveLength(1)
    await close()
  })

  it('takes nothing from one that the same client has begun since', async () => {
    const { network, client, connect, written, close } = await stage()
    written()
    const before = await connect('before')
    await before.request('ar', record)
    const patience = new AbortController()
    client.request('ar', record, { signal: patience.signal }).catch(() => {})
    await settled()
    patience.abort()
    const registered = client.request('ar', record)
    await settled()
    before.close()
    await registered
    await settled()
    expect(await network.agents()).toHaveLength(1)
    await client.request('cu', { uuid: 'a1', containers: [] })
    await close()
    expect(await network.agents()).toEqual([])
  })
})

describe('an agent whose process was replaced by another on its port', () => {
  it('is not given up when the session of the first ends', async () => {
    const ticks = new FakeTickManager()
    const memory = new MemoryNetwork()
    const voided: string[][] = []
    const ledger = {
      epoch: 0,
      leases: new Map(),
      voided: new Map(),
      write: async (content: LedgerContent) => {
        voided.push([...content.voided.keys()])
      }
    }
    const network = new NetworkImpl(ticks)
    const options = { transport: memory, probePort: async () => 'unknown' as const, ledger }
    const server = new NetworkServer(network, ticks, 'localhost', 3737, options)
    await server.ready()
    const process = async (name: string): Promise<BackRPCClient<ClientUuid>> => {
      const handlers = { requestHandler: async () => {} }
      const node = memory.node(name)
      const client = new BackRPCClient<ClientUuid>(name as ClientUuid, handlers, 'localhost', 3737, ticks, {
        transport: node
      })
      await client.waitConnection()
      const endpoint = JSON.stringify({ kind: 0, host: 'host', port: 4_000, agentId: 'a1' })
      await client.request('ar', { uuid: 'a1', kinds: ['room'], containers: [], endpoint })
      return client
    }
    await process('p1')
    memory.kill('p1')
    await settled()
    const second = await process('p2')
    await ticks.advance(10_000)
    await settled()
    expect([...server.clients]).toEqual(['p2'])
    expect(voided.flat()).toEqual([])
    expect(await network.agents()).toHaveLength(1)
    second.close()
    await settled()
    await server.close()
    await network.close()
  })

  it('has to say anew what it has when the first is not dead after all', async () => {
    const ticks = new FakeTickManager()
    const memory = new MemoryNetwork({ schedule: (delayMs, fn) => ticks.schedule(delayMs, fn) })
    const network = new NetworkImpl(ticks)
    const server = new NetworkServer(network, ticks, 'localhost', 3737, {
      transport: memory.node('server'),
      probePort: async () => 'unknown'
    })
    await server.ready()
    const sessions: string[] = []
    const process = async (name: string): Promise<BackRPCClient<ClientUuid>> => {
      const onRegister = async (): Promise<void> => {
        sessions.push(name)
      }
      const handlers = { requestHandler: async () => {}, onRegister }
      const client = new BackRPCClient<ClientUuid>(name as ClientUuid, handlers, 'server', 3737, ticks, {
        transport: memory.node(name)
      })
      await client.waitConnection()
      const endpoint = JSON.stringify({ kind: 0, host: 'host', port: 4_000, agentId: 'a1' })
      await client.request('ar', { uuid: 'a1', kinds: ['room'], containers: [], endpoint })
      return client
    }
    const first = await process('p1')
    memory.block('p1', 'server')
    memory.breakConnections('p1')
    await settled()
    const second = await process('p2')
    memory.unblock('p1', 'server')
    await ticks.advance(200)
    await settled()
    expect(sessions).toEqual(['p1', 'p2', 'p1'])
    for (const client of [first, second]) client.close()
    await settled()
    await server.close()
    await network.close()
  })
})

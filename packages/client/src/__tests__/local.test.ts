// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type ClientUuid } from '@hcengineering/network-core'
import { LocalAgents, localAgentsOf } from '../local-agents'
import { LocalCalls } from '../local-calls'
import type { NetworkClientImpl } from '../network-client'
import { chat, connect, record, room } from './connecting'
import { host, type Hosting } from './hosting'
import { World } from './world'

/** A client in the process of the agent that hosts the room. */
async function together(): Promise<{ world: World; client: NetworkClientImpl; hosting: Hosting; local: LocalAgents }> {
  const world = new World()
  world.coordinator.start()
  const local = new LocalAgents()
  const client = world.client('client', { localAgents: local })
  const hosting = await host(world, 'agent-a')
  local.add(hosting.agent)
  await world.pass()
  return { world, client, hosting, local }
}

describe('a container of the own process', () => {
  test('is asked without a socket, by its connection and by its reference, and told who asks', async () => {
    const { world, client, hosting } = await together()
    const container = hosting.place('room')
    await hosting.server.close()
    const connection = await connect(world, client)
    expect(await connection.request('say', 1)).toEqual({ operation: 'say', data: 1, clientId: 'client' })
    const reference = await client.get(chat, room)
    expect(await reference.request('say', 2)).toEqual({ operation: 'say', data: 2, clientId: 'client' })
    expect(container.calls).toEqual(['connect client', 'request say', 'request say'])
    expect(world.coordinator.methods).toEqual(['gg', 'gg'])
  })

  test('shares nothing with who asks: data, results and events are copies', async () => {
    const { world, client, hosting } = await together()
    const container = hosting.place('room')
    const seen: unknown[] = []
    container.request = async (_operation, data) => {
      seen.push(data)
      return data
    }
    const connection = await connect(world, client)
    const { events } = record(connection)
    const data = { list: [1] }
    const result = (await connection.request('keep', data)) as typeof data
    expect(seen[0]).toEqual(data)
    expect(seen[0]).not.toBe(data)
    expect(result).not.toBe(seen[0])
    await container.clients.get('client' as ClientUuid)?.(data)
    data.list.push(2)
    await world.pass()
    expect(events).toEqual([{ list: [1] }])
  })

  test('tells its errors as from afar: message, code, nothing else', async () => {
    const { world, client, hosting } = await together()
    const container = hosting.place('room')
    container.request = async () => {
      throw Object.assign(new Error('No'), { code: 'E_NO', secret: 1 })
    }
    const connection = await connect(world, client)
    const error = await connection.request('x').then(
      () => undefined,
      (reason: unknown) => reason
    )
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({ code: 'REMOTE_ERROR', remoteCode: 'E_NO', message: 'No' })
    expect((error as NetworkError).cause).toBeUndefined()
  })

  test('refuses what cannot travel', async () => {
    const { world, client, hosting } = await together()
    const container = hosting.place('room')
    const connection = await connect(world, client)
    const cycle: unknown[] = []
    cycle.push(cycle)
    await expect(connection.request('x', cycle)).rejects.toMatchObject({ code: 'UNSUPPORTED_VALUE' })
    container.request = async () => cycle
    await expect(connection.request('x')).rejects.toMatchObject({ code: 'UNSUPPORTED_VALUE' })
  })

  test('that does not answer ends the call at its deadline, and is told so', async () => {
    const { world, client, hosting } = await together()
    const container = hosting.place('room')
    let signal: AbortSignal | undefined
    container.request = async (_operation, _data, _client, context?: { signal: AbortSignal }) => {
      signal = context?.signal
      return await new Promise(() => {})
    }
    const connection = await connect(world, client)
    const call = world.watch(connection.request('x', 1, { timeoutMs: 500 }))
    await world.pass(499)
    expect(call.outcome).toBe('pending')
    expect(signal?.aborted).toBe(false)
    await world.pass(1)
    expect(call.outcome).toBe('DEADLINE_EXCEEDED')
    expect(signal?.aborted).toBe(true)
  })

  test('that is answered with what cannot travel was executed all the same, which its caller is told', async () => {
    const { world, client, hosting } = await together()
    hosting.place('room').request = async () => () => {}
    const reference = await client.get(chat, room)
    for (const to of [reference, await reference.connect()]) {
      const error = {
        code: 'UNSUPPORTED_VALUE',
        stage: 'answering',
        message: expect.stringContaining('was executed') as string
      }
      const asked = to.request('x', 1)
      asked.catch(() => {})
      await world.pass()
      await expect(asked).rejects.toMatchObject(error)
    }
  })

  test('can be cancelled, and is told so', async () => {
    const { world, client, hosting } = await together()
    const container = hosting.place('room')
    let signal: AbortSignal | undefined
    container.request = async (_operation, _data, _client, context?: { signal: AbortSignal }) => {
      signal = context?.signal
      return await new Promise(() => {})
    }
    const connection = await connect(world, client)
    const controller = new AbortController()
    const call = world.watch(connection.request('x', 1, { signal: controller.signal }))
    await world.pass()
    controller.abort()
    await world.pass()
    expect(call.outcome).toBe('CANCELLED')
    expect(signal?.aborted).toBe(true)
  })

  test('is not asked any more by who gave up before the call', async () => {
    const { world, hosting } = await together()
    const container = hosting.place('room')
    const calls = new LocalCalls('client' as ClientUuid, world.ticks)
    const options = { timeoutMs: 0, deadlineAt: Infinity, idempotent: false, signal: AbortSignal.abort() }
    const asked = new Promise((resolve, reject) => {
      calls.request(hosting.agent, room.uuid, 'x', 1, { ...options, resolve, reject })
    })
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(container.calls).toEqual([])
  })

  test('that has moved is found where it is now', async () => {
    const { world, client, hosting } = await together()
    hosting.place('room')
    const reference = await client.get(chat, room)
    const other = await host(world, 'agent-b')
    hosting.agent.removeStatelessContainer(room.uuid)
    const container = other.place('room')
    await reference.request('say', 1)
    expect(world.coordinator.methods).toContain('cs')
    const connection = await connect(world, client)
    await connection.request('say', 2)
    expect(container.calls).toEqual(['connect client', 'request say'])
  })

  test('is connected elsewhere when its agent is served here no more', async () => {
    const { world, client, hosting, local } = await together()
    hosting.place('room')
    const connection = await connect(world, client)
    const { gaps } = record(connection)
    const other = await host(world, 'agent-b')
    const container = other.place('room')
    local.remove(hosting.agent)
    await world.pass(10_000)
    expect(await connection.request('say', 2)).toMatchObject({ data: 2 })
    expect(container.calls).toEqual(expect.arrayContaining(['connect client', 'request say']))
    expect(gaps).toHaveLength(1)
  })

  test('settles what is pending when the client closes, and hears that it left', async () => {
    const { world, client, hosting } = await together()
    const container = hosting.place('room')
    container.request = async () => await new Promise(() => {})
    const connection = await connect(world, client)
    const call = world.watch(connection.request('x'))
    await world.pass()
    const closing = client.close()
    await world.pass(2_000)
    await closing
    expect(call.outcome).toBe('CLOSED')
    expect(container.calls).toEqual(['connect client', 'disconnect client'])
  })
})

describe('agents of the own process', () => {
  test('are told apart by their networks, and the first of an id keeps its place', async () => {
    const world = new World()
    const [one, two] = [await host(world, 'agent-a'), await host(world, 'agent-b')]
    const agents = localAgentsOf('one:3737')
    expect(localAgentsOf('one:3737')).toBe(agents)
    agents.add(one.agent)
    agents.add({ ...two.agent, uuid: one.agent.uuid } as never)
    expect(agents.find(one.agent.uuid)?.agent).toBe(one.agent)
    expect(localAgentsOf('two:3737').find(one.agent.uuid)).toBeUndefined()
    agents.remove(two.agent)
    expect(agents.find(one.agent.uuid)).toBeDefined()
    agents.remove(one.agent)
    expect(agents.find(one.agent.uuid)).toBeUndefined()
  })
})

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkError,
  type AgentUuid,
  type ContainerConnection,
  type ContainerEndpointRef,
  type ContainerUuid
} from '@hcengineering/network-core'
import { chat, connect, record, room } from './connecting'
import { collectGarbage } from './garbage'
import { host, movedEvent } from './hosting'
import type { Placement } from './scripted-coordinator'
import { World } from './world'

describe('connections - healing', () => {
  test('a lost connection is resumed: the container sees nothing of it', async () => {
    const world = new World()
    const client = await world.connected()
    const container = (await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    const { events, gaps } = record(connection)
    world.network.breakConnections('client', 'agent-a')
    const request = connection.request('say', 1)
    await world.pass(100)
    expect(await request).toMatchObject({ data: 1 })
    await container.broadcast('on')
    await world.pass()
    expect(container.calls).toEqual(['connect client', 'request say'])
    expect([events, gaps]).toEqual([['on'], []])
  })

  test('a container that moved is followed: the handler stays, a gap is told before its events', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const reference = await client.get(chat, room)
    const updates: string[] = []
    reference.onEndpointUpdate = (endpoint) => {
      updates.push(endpoint)
    }
    const connection = await reference.connect()
    const { events, gaps } = record(connection)
    world.network.kill('agent-a')
    const moved = (await host(world, 'agent-b')).place('room')
    const waiting = connection.request('say', 1)
    await world.pass(10)
    expect(world.watch(waiting).outcome).toBe('pending')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(await waiting).toMatchObject({ data: 1 })
    await moved.broadcast('here')
    await world.pass()
    expect(events).toEqual(['here'])
    expect(gaps).toEqual([{ lost: 'unknown', reason: 'the container moved' }])
    expect(updates).toEqual([reference.endpoint])
    expect(reference.endpoint).toContain('agent-b')
  })

  test('a container that began anew in the same place while the coordinator knew nothing of the client is connected anew', async () => {
    const world = new World()
    const client = await world.connected()
    const { agent, place } = await host(world, 'agent-a')
    place('room', { token: { epoch: 1, counter: 1 } })
    const { events, gaps } = record(await connect(world, client))
    await agent.removeStatelessContainer(room.uuid)
    const anew = place('room', { token: { epoch: 1, counter: 2 } })
    world.coordinator.forget(client.clientId)
    await world.pass(1000)
    await anew.broadcast('here')
    await world.pass()
    expect(events).toEqual(['here'])
    expect(gaps).toEqual([{ lost: 'unknown', reason: 'the container moved' }])
  })

  /** Cuts a client off until it is forgotten: what it was told before comes together with that it is not known any more. */
  async function forgottenMeanwhile(world: World, server: string, act: () => void): Promise<void> {
    world.network.block(server, 'client')
    act()
    await world.pass()
    world.network.block('client', server)
    await world.passSteps(3500)
    world.network.unblock('client', server)
    await world.pass()
    world.network.unblock(server, 'client')
    await world.passSteps(1000)
  }

  test('a connection through a coordinator that had forgotten the client when it was heard of is made again', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.placements.set('room', { endpoint: 'x://room' as never, agentId: 'agent-a' as never })
    const reference = await client.get(chat, room)
    let connection = { outcome: 'none' as unknown }
    await forgottenMeanwhile(world, 'coordinator', () => (connection = world.watch(reference.connect())))
    expect(world.coordinator.gone).toHaveLength(1)
    expect(connection.outcome).toMatchObject({ containerId: 'room' })
    expect(world.coordinator.asked('cc')).toHaveLength(2)
  })

  test('a connection with an agent that had forgotten the client when it was heard of is made again', async () => {
    const world = new World()
    const client = await world.connected()
    const { place } = await host(world, 'agent-a')
    place('lounge')
    const container = place('room')
    await (await client.get(chat, { uuid: 'lounge' as ContainerUuid })).connect()
    const reference = await client.get(chat, room)
    let connection = { outcome: 'none' as unknown }
    await forgottenMeanwhile(world, 'agent-a', () => (connection = world.watch(reference.connect())))
    const { events } = record(connection.outcome as ContainerConnection)
    expect(container.calls).toEqual(['connect client', 'disconnect client', 'connect client'])
    await container.broadcast('here')
    await world.pass()
    expect(events).toEqual(['here'])
  })

  test('an activation before the one that is known is not connected for good', async () => {
    const world = new World()
    const client = await world.connected()
    const { agent, place } = await host(world, 'agent-a')
    place('room', { token: { epoch: 1, counter: 1 } })
    const placement = world.coordinator.placements.get('room') as Placement
    world.coordinator.placements.set('room', { ...placement, token: { epoch: 1, counter: 2 } })
    const connection = world.watch((await client.get(chat, room)).connect())
    await world.pass(1000)
    expect(connection.outcome).toBe('pending')
    await agent.removeStatelessContainer(room.uuid)
    const later = place('room', { token: { epoch: 1, counter: 2 } })
    await world.pass(3000)
    expect(later.calls).toEqual(['connect client'])
    expect(connection.outcome).not.toBe('pending')
  })

  test('the news of an activation that is connected already disturbs nothing', async () => {
    const world = new World()
    const client = await world.connected()
    const { place } = await host(world, 'agent-a')
    place('room', { token: { epoch: 1, counter: 2 } })
    const placement = world.coordinator.placements.get('room') as Placement
    world.coordinator.placements.set('room', { ...placement, token: { epoch: 1, counter: 1 } })
    const connection = await connect(world, client)
    const { gaps } = record(connection)
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(gaps).toEqual([])
  })

  test('what was sent to the lost place ends as OUTCOME_UNKNOWN at once, unless idempotent: then it is done again', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    hosting.agent.request = async () => await new Promise(() => {})
    const connection = await connect(world, client)
    const once = world.watch(connection.request('pay'))
    const repeatable = world.watch(connection.request('read', 1, { idempotent: true }))
    await world.pass()
    world.network.kill('agent-a')
    ;(await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(once.outcome).toBe('OUTCOME_UNKNOWN')
    expect(repeatable.outcome).toMatchObject({ operation: 'read', data: 1 })
  })

  test('what was sent to an agent that fell silent ends soon after the coordinator says that the container moved', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    const connection = await connect(world, client)
    world.network.pause('agent-a')
    const once = world.watch(connection.request('pay'))
    const repeatable = world.watch(connection.request('read', 1, { idempotent: true }))
    await world.pass(100)
    ;(await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(10)
    const later = world.watch(connection.request('say', 1))
    await world.pass(50)
    expect(later.outcome).toMatchObject({ data: 1 })
    expect([once.outcome, repeatable.outcome]).toEqual(['pending', 'pending'])
    await world.pass(250)
    expect(once.outcome).toBe('OUTCOME_UNKNOWN')
    expect(repeatable.outcome).toMatchObject({ operation: 'read', data: 1 })
    await connection.close()
  })

  test('a move while the old place lives on waits for the answers under way, and disconnects there', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    const old = hosting.place('room')
    let answer: (value: unknown) => void = () => {}
    hosting.agent.request = async () => await new Promise((resolve) => (answer = resolve))
    const connection = await connect(world, client)
    const running = world.watch(connection.request('slow'))
    await world.pass()
    ;(await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(5000)
    expect(running.outcome).toBe('pending')
    expect(old.calls).toContain('disconnect client')
    answer('done')
    await world.pass()
    expect(running.outcome).toBe('done')
  })

  test('what an agent holds back that is out of reach of the coordinator goes to where the container is now', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    const old = hosting.place('room')
    hosting.agent.activate(room.uuid, { epoch: 1, counter: 1 })
    const connection = await connect(world, client)
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 1))
    await world.pass()
    hosting.agent.leaseGranted(0)
    const held = world.watch(connection.request('say', 1))
    await world.pass(500)
    expect(held.outcome).toBe('pending')
    const now = (await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(500)
    expect(held.outcome).toMatchObject({ data: 1 })
    expect([old.calls, now.calls].map((calls) => calls.includes('request say'))).toEqual([false, true])
    await connection.close()
  })

  test('an agent that does not have the container any more is left for where the coordinator says it is', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    const connection = await connect(world, client)
    hosting.agent.removeStatelessContainer(room.uuid)
    ;(await host(world, 'agent-b')).place('room')
    const request = connection.request('say', 1)
    await world.pass(1000)
    expect(await request).toMatchObject({ data: 1 })
    await connection.close()
  })

  test('an agent that restarted at the same port is connected anew', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    const { gaps } = record(connection)
    world.network.kill('agent-a')
    const anew = (await host(world, 'agent-a')).place('room')
    await world.pass(500)
    expect(anew.calls).toEqual(['connect client'])
    expect(gaps).toHaveLength(1)
  })

  test('an activation that began anew in the same place is connected anew', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    await connect(world, client)
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 1))
    await world.pass()
    hosting.agent.removeStatelessContainer(room.uuid)
    const anew = hosting.place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    expect(anew.calls).toEqual(['connect client'])
  })

  test('a container that moves while it is being connected is connected where it went', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    world.network.refuse('agent-a', true)
    const connecting = world.watch((await client.get(chat, room)).connect())
    await world.pass(500)
    const there = (await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(500)
    expect(connecting.outcome).toMatchObject({ containerId: 'room' })
    expect(there.calls).toEqual(['connect client'])
    expect(world.coordinator.methods).not.toContain('cc')
  })

  test('a standby that is asked is left for the active one', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    const connection = await connect(world, client)
    await hosting.agent.deactivate(room.uuid)
    const active = (await host(world, 'agent-b')).place('room')
    const request = connection.request('say', 1)
    await world.pass(1000)
    expect(await request).toMatchObject({ data: 1 })
    expect(active.calls).toEqual(['connect client', 'request say'])
  })

  test('containers that share a line are followed each on its own', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    const hall = { uuid: 'hall' as typeof room.uuid }
    hosting.place('room')
    const staying = hosting.place('hall')
    const connection = await connect(world, client)
    const other = await (await client.get(chat, hall)).connect()
    ;(await host(world, 'agent-b')).place('room')
    await world.coordinator.send(client.clientId, movedEvent(world, 'room', 2))
    await world.pass(100)
    await connection.request('say')
    await other.request('say')
    expect(staying.calls).toEqual(['connect client', 'request say'])
  })

  test('a line that stays lost is replaced by the coordinator', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    world.network.refuse('agent-a', true)
    world.network.breakConnections('client', 'agent-a')
    await world.pass(10)
    const request = connection.request('say', 1)
    await world.pass(5000)
    expect(await request).toMatchObject({ by: 'coordinator', data: 1 })
  })

  test('a relayed connection is made again when the coordinator restarts, after the hold', async () => {
    const world = new World()
    const client = await world.connected()
    const endpoint = 'my-service://room' as ContainerEndpointRef
    world.coordinator.placements.set('room', { endpoint, agentId: 'agent-a' as AgentUuid })
    const connection = await connect(world, client)
    const { gaps } = record(connection)
    world.coordinator.calls.length = 0
    world.coordinator.restart()
    await world.pass(2000)
    expect(world.coordinator.methods).toEqual(['gg', 'cc'])
    expect(gaps).toHaveLength(1)
    expect(await connection.request('say', 1)).toMatchObject({ by: 'coordinator' })
  })

  test('one that only listens is made again though the first try was refused for good, and hears of it', async () => {
    const world = new World()
    const client = await world.connected()
    const connection = await connect(world, client)
    const { events, gaps } = record(connection)
    world.coordinator.answers.set('cc', () => {
      throw new NetworkError('REMOTE_ERROR', 'the database is not there yet')
    })
    world.coordinator.restart()
    await world.pass(3_000)
    expect(gaps.map(({ reason }) => reason)).toEqual([
      'the coordinator at coordinator:3737 knew nothing of this client any more',
      'the connection could not be made again yet: the database is not there yet'
    ])
    expect(world.warnings.filter((warning) => warning.startsWith('A connection could not'))).toHaveLength(1)
    const asked = world.watch(connection.request('say', 1))
    await world.pass()
    expect(asked.outcome).toBe('REMOTE_ERROR')
    world.coordinator.answers.clear()
    world.coordinator.calls.length = 0
    await world.pass(3_000)
    expect(world.coordinator.methods).toContain('cc')
    await world.coordinator.send(client.clientId, ['room', 'back'])
    await world.pass()
    expect([events, gaps.length]).toEqual([['back'], 2])
  })

  test('a relayed connection is told when events were lost between agent and coordinator, and no other is', async () => {
    const world = new World()
    const client = await world.connected()
    const endpoint = 'my-service://room' as ContainerEndpointRef
    world.coordinator.placements.set('room', { endpoint, agentId: 'agent-a' as AgentUuid })
    const connection = await connect(world, client)
    const { events, gaps } = record(connection)
    const notices = [
      { uuid: 'another', reason: 'lost' },
      'garbage',
      { uuid: 'room', reason: 'the connection was lost' }
    ]
    await world.coordinator.send(client.clientId, { agents: [], containers: [], gaps: notices })
    await world.pass()
    expect([events, gaps]).toEqual([[], [{ lost: 'unknown', reason: 'the connection was lost' }]])
  })

  test('a request that is cancelled while it waits for a way holds its data no longer', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    world.network.kill('agent-a')
    await world.pass(10)
    const caller = new AbortController()
    const ask = (): [WeakRef<object>, Promise<unknown>] => {
      const data = { large: true }
      return [new WeakRef(data), connection.request('say', data, { timeoutMs: 0, signal: caller.signal })]
    }
    const [data, asked] = ask()
    await world.pass(10)
    caller.abort()
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
    await collectGarbage()
    expect(data.deref()).toBeUndefined()
  })

  test('what a connection that was closed has asked without a deadline ends when its agent stays away, and with it the line', async () => {
    const world = new World()
    const client = await world.connected()
    const hosting = await host(world, 'agent-a')
    hosting.place('room')
    hosting.agent.request = async () => await new Promise(() => {})
    const connection = await connect(world, client)
    const asked = connection.request('slow', 1, { timeoutMs: 0 })
    const watched = world.watch(asked)
    await world.pass()
    await connection.close()
    world.network.breakConnections('client', 'agent-a')
    await world.pass(5_000)
    expect(watched.outcome).toBe('pending')
    world.network.kill('agent-a')
    await world.pass(2_900)
    expect(watched.outcome).toBe('pending')
    await world.pass(100)
    await expect(asked).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: 'Sent to the agent at agent-a:5001, which stays lost for 3000 ms'
    })
    const { lines } = (client as unknown as { parts: { connections: { lines: { entries: Map<string, unknown> } } } })
      .parts.connections
    expect(lines.entries.size).toBe(0)
  })

  test('a request that finds no way ends at its deadline, saying what was in the way', async () => {
    const world = new World()
    const client = await world.connected()
    ;(await host(world, 'agent-a')).place('room')
    const connection = await connect(world, client)
    world.network.kill('agent-a')
    world.coordinator.kill()
    await world.pass(10)
    const request = connection.request('say', 1, { timeoutMs: 1000 })
    request.catch(() => {})
    await world.pass(1000)
    await expect(request).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', stage: 'waiting for a connection' })
  })
})

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, opNames, type ContainerKind, type ContainerUuid } from '@hcengineering/network-core'
import { World } from './world'

const chat = 'chat' as ContainerKind
const room = { uuid: 'room' as ContainerUuid }

describe('references - counted exactly', () => {
  test('two gets and one close leave one hold', async () => {
    const world = new World()
    const client = await world.connected()
    const first = await client.get(chat, room)
    await client.get(chat, room)
    await first.close()
    expect(world.coordinator.holds.get('room')).toBe(1)
    expect(client.references.get(room.uuid)?.wanted).toBe(1)
  })

  test('closing a reference twice releases one hold', async () => {
    const world = new World()
    const client = await world.connected()
    const first = await client.get(chat, room)
    await client.get(chat, room)
    await first.close()
    await first.close()
    expect(world.coordinator.holds.get('room')).toBe(1)
  })

  test('a get that is aborted is taken back, and what is granted all the same is given back', async () => {
    const world = new World()
    const client = await world.connected()
    let grant = (_result: unknown): void => {}
    world.coordinator.answers.set('gg', async () => await new Promise((resolve) => (grant = resolve)))
    const controller = new AbortController()
    const got = world.watch(client.get(chat, room, { signal: controller.signal }))
    await world.pass()
    controller.abort()
    await world.pass()
    expect(got.outcome).toBe('CANCELLED')
    const [{ ask }] = world.coordinator.asked('gg') as { ask: number }[]
    expect(world.coordinator.asked('gx')).toEqual([{ ask }])
    world.coordinator.holds.set('room', 1)
    grant(['room', '', null, null])
    await world.pass(100)
    expect(world.coordinator.holds.get('room')).toBeUndefined()
    expect(client.references.size).toBe(0)
  })

  test('another container than was asked for is refused, and given back', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.answers.set('gg', () => ['lounge', '', null, null])
    world.coordinator.holds.set('lounge', 1)
    const got = world.watch(client.get(chat, room))
    await world.pass(100)
    expect(got.outcome).toBe('PROTOCOL_ERROR')
    expect(world.coordinator.holds.get('lounge')).toBeUndefined()
    expect(client.references.size).toBe(0)
  })

  test('a lost connection changes nothing: gets and releases go on', async () => {
    const world = new World()
    const client = await world.connected()
    const first = await client.get(chat, room)
    await client.get(chat, room)
    world.network.breakConnections('client')
    const closing = first.close()
    await world.pass(100)
    await closing
    expect(world.coordinator.holds.get('room')).toBe(1)
    expect(world.coordinator.asked('gg')).toHaveLength(2)
  })

  test('a coordinator that starts anew is told every hold again, with where the container was', async () => {
    const world = new World()
    world.coordinator.placements.set('room', { endpoint: 'x://room' as never, agentId: 'agent-a' as never })
    const client = await world.connected()
    await client.get(chat, { ...room, labels: ['a'], extra: { x: 1 } })
    await client.get(chat, room)
    world.coordinator.calls.length = 0
    world.coordinator.restart()
    await world.pass(2000)
    expect(world.coordinator.holds.get('room')).toBe(2)
    expect(world.coordinator.asked('gg')[0]).toMatchObject({
      kind: 'chat',
      request: { uuid: 'room', labels: ['a'], extra: { x: 1 } },
      restore: 'agent-a'
    })
  })

  test('a coordinator that forgot the client is told every hold again', async () => {
    const world = new World()
    const client = await world.connected()
    await client.get(chat, room)
    world.coordinator.forget(client.clientId)
    await world.pass(2000)
    expect(world.coordinator.holds.get('room')).toBe(1)
  })

  test('a hold that was granted in a session that has ended when that is heard is asked for in the next', async () => {
    const world = new World()
    const client = await world.connected()
    world.network.block('coordinator', 'client')
    const got = world.watch(client.get(chat, room))
    await world.pass()
    world.network.block('client', 'coordinator')
    await world.passSteps(3500)
    expect(world.coordinator.gone).toHaveLength(1)
    world.coordinator.holds.clear()
    world.network.unblock('client', 'coordinator')
    await world.pass()
    // The answer, and behind it that to the hello, come at one time
    world.network.unblock('coordinator', 'client')
    await world.passSteps(1000)
    expect(got.outcome).toMatchObject({ uuid: 'room' })
    expect(world.coordinator.holds.get('room')).toBe(1)
  })

  test('a release that the old coordinator did not hear is not told to the new one', async () => {
    const world = new World()
    const client = await world.connected()
    const first = await client.get(chat, room)
    await client.get(chat, room)
    world.coordinator.kill()
    await world.pass()
    await first.close()
    world.coordinator.start()
    await world.pass(2000)
    expect(world.coordinator.holds.get('room')).toBe(1)
    expect(world.coordinator.asked('cr')).toEqual([])
  })

  test('an answer that comes after the deadline is given back', async () => {
    const world = new World()
    const client = await world.connected()
    let answer: (value: unknown) => void = () => {}
    world.coordinator.answers.set('gg', async () => await new Promise((resolve) => (answer = resolve)))
    const get = world.watch(client.get(chat, room, { timeoutMs: 1000 }))
    await world.pass(1250)
    expect(get.outcome).toBe('DEADLINE_EXCEEDED')
    world.coordinator.holds.set('room', 1)
    answer(['room', ''])
    await world.pass()
    expect(world.coordinator.holds.size).toBe(0)
    expect(client.references.size).toBe(0)
  })

  test('the coordinator is told how long the caller waits', async () => {
    const world = new World()
    const client = await world.connected()
    await client.get(chat, room, { timeoutMs: 1000 })
    await client.get(chat, room, { timeoutMs: 20_000 })
    await client.get(chat, room, { timeoutMs: 0 })
    expect(world.coordinator.asked('gg')).toMatchObject([{ timeoutMs: 1_000 }, { timeoutMs: 20_000 }, { timeoutMs: 0 }])
  })

  test('a hold that cannot be re-established is asked for until it can; requests wait for it', async () => {
    const world = new World()
    const client = await world.connected()
    const reference = await client.get(chat, room)
    world.coordinator.answers.set('gg', () => {
      throw Object.assign(new Error('nobody'), { code: 'NO_AGENT' })
    })
    world.coordinator.restart()
    await world.pass(3000)
    const request = world.watch(reference.request('say', 1))
    await world.pass(1000)
    expect(request.outcome).toBe('pending')
    world.coordinator.answers.clear()
    await world.pass(6000)
    expect(request.outcome).toMatchObject({ by: 'coordinator', operation: 'say', data: 1 })
    expect(world.coordinator.holds.get('room')).toBe(1)
  })

  test('a request fails with what is in the way of its hold', async () => {
    const world = new World()
    const client = await world.connected()
    const reference = await client.get(chat, room)
    world.coordinator.answers.set('gg', () => {
      throw new Error('nobody')
    })
    world.coordinator.restart()
    await world.pass(3000)
    const request = reference.request('say', 1, { timeoutMs: 500 })
    request.catch(() => {})
    await world.pass(500)
    await expect(request).rejects.toThrow(/re-established within 500 ms: nobody/)
  })

  test('a hold that is counted though nobody can serve is asked for once, and its requests go to the coordinator', async () => {
    const world = new World()
    world.coordinator.placements.set('room', { endpoint: 'x://room' as never, agentId: 'agent-a' as never })
    const client = await world.connected()
    const reference = await client.get(chat, room)
    world.coordinator.calls.length = 0
    world.coordinator.placements.clear()
    world.coordinator.restart()
    await world.pass(10_000)
    expect(world.coordinator.asked('gg')).toMatchObject([{ restore: 'agent-a' }])
    expect(reference.endpoint).toBe('x://room')
    const request = world.watch(reference.request('say', 1))
    await world.pass()
    expect(request.outcome).toMatchObject({ by: 'coordinator', operation: 'say' })
  })

  test('what the coordinator says is gone is asked for anew', async () => {
    const world = new World()
    const client = await world.connected()
    await client.get(chat, room)
    world.coordinator.holds.clear()
    const container = { uuid: 'room', agentId: 'agent-a', kind: 'chat', endpoint: '', lastVisit: 0 }
    await world.coordinator.send(client.clientId, { agents: [], containers: [{ container, event: 2 }] })
    await world.pass()
    expect(world.coordinator.holds.get('room')).toBe(1)
  })

  test('a get asked before there is a coordinator is answered when there is one', async () => {
    const world = new World()
    const client = world.client()
    const get = client.get(chat, room)
    await world.pass(5000)
    world.coordinator.start()
    await world.pass(1000)
    expect((await get).uuid).toBe('room')
    expect(world.coordinator.holds.get('room')).toBe(1)
  })

  test('a get in flight when the coordinator restarts is asked again, and counts once', async () => {
    const world = new World()
    const client = await world.connected()
    world.coordinator.answers.set('gg', async () => await new Promise(() => {}))
    const get = client.get(chat, room)
    await world.pass()
    world.coordinator.answers.clear()
    world.coordinator.restart()
    await world.pass(2000)
    expect((await get).uuid).toBe('room')
    expect(world.coordinator.holds.get('room')).toBe(1)
  })

  test('a request that came before the hold is asked again, though the hold is known when its answer comes', async () => {
    const world = new World()
    const client = await world.connected()
    const reference = await client.get(chat, room)
    let asked = 0
    let answer = (): void => {}
    world.coordinator.answers.set('cs', async () => {
      if (++asked === 1) return await new Promise(() => {})
      if (asked === 3) return 'done'
      await new Promise<void>((resolve) => (answer = resolve))
      throw new NetworkError('NOT_FOUND', 'get it first')
    })
    const call = world.watch(reference.request('x', 1, { idempotent: true }))
    await world.pass()
    world.coordinator.restart()
    await world.pass(2000)
    expect([asked, world.coordinator.holds.get('room')]).toEqual([2, 1])
    answer()
    await world.pass(1000)
    expect(call.outcome).toBe('done')
  })

  test.each([
    ['is said again until it is heard', () => {}, 3, undefined],
    ['is not said to a coordinator that started anew', (world: World) => world.coordinator.restart(), 1, 1]
  ])('a release that was refused %s', async (_what, meanwhile, times, left) => {
    const world = new World()
    const client = await world.connected()
    const first = await client.get(chat, room)
    if (left === 1) await client.get(chat, room)
    let refused = 0
    const usual = world.coordinator.answers
    usual.set('cr', () => {
      if (++refused === 2) usual.delete('cr')
      throw new NetworkError('OVERLOADED', '65536 requests wait already')
    })
    void first.close()
    await world.pass()
    meanwhile(world)
    await world.passSteps(10_000, 200)
    expect(world.coordinator.asked('cr')).toHaveLength(times)
    expect(world.coordinator.holds.get('room')).toBe(left)
  })

  test('a release that waited for the successor of its coordinator is not said to that', async () => {
    const world = new World()
    const client = await world.connected()
    const first = await client.get(chat, room)
    await world.coordinator.request(client.clientId, opNames.holdRequests, { withinMs: 10_000 })
    void first.close()
    const again = world.watch(client.get(chat, room))
    await world.pass()
    expect(world.coordinator.methods).toEqual(['gg'])
    world.coordinator.restart()
    await world.passSteps(2000)
    expect(again.outcome).toMatchObject({ uuid: 'room' })
    expect(world.coordinator.methods).toEqual(['gg', 'gg'])
    expect(world.coordinator.holds.get('room')).toBe(1)
  })

  test('a release that was refused is forgotten with a container that is gone', async () => {
    const world = new World()
    const client = await world.connected()
    const first = await client.get(chat, room)
    await client.get(chat, room)
    world.coordinator.answers.set('cr', () => {
      world.coordinator.answers.delete('cr')
      throw new NetworkError('OVERLOADED', '65536 requests wait already')
    })
    void first.close()
    await world.pass()
    world.coordinator.holds.clear()
    const container = { uuid: 'room', agentId: 'agent-a', kind: 'chat', endpoint: '', lastVisit: 0 }
    await world.coordinator.send(client.clientId, { agents: [], containers: [{ container, event: 2 }] })
    await world.passSteps(10_000, 200)
    expect(world.coordinator.asked('cr')).toHaveLength(1)
    expect(world.coordinator.holds.get('room')).toBe(1)
  })
})

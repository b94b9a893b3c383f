// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent } from '../../api/agent'
import type { AgentUuid, ClientUuid, ContainerKind, ContainerUuid } from '../../api/identifiers'
import { FakeTickManager } from '../../testing/fake-tick-manager'
import { readAgentParams, readCoordinatorParams } from '../../validators'
import { AgentImpl } from '../agent'
import { NetworkImpl } from '../network'
import { loopLag } from '../process-diagnosis'

const kind = 'k' as ContainerKind
const uuid = 'u' as ContainerUuid
const client = 'c1' as ClientUuid

async function network(
  terminate: (context: { final: boolean; notYet(why: { reason: string }): void }) => Promise<void> = async () => {}
): Promise<{ net: NetworkImpl; agent: AgentImpl }> {
  const ticks = new FakeTickManager()
  const net = new NetworkImpl(ticks)
  const container = {
    request: async () => {},
    ping: async () => {},
    terminate,
    connect: () => {},
    disconnect: () => {}
  }
  const factory = async (): Promise<never> => ({ uuid, container, endpoint: 'e' }) as never
  const agent = new AgentImpl('a1' as AgentUuid, { k: factory }, { tickManager: ticks })
  await agent.register(net)
  await net.get(client, kind, { uuid })
  return { net, agent }
}

describe('operating a network', () => {
  test('explains a container, and refuses to explain what never was', async () => {
    const { net } = await network()
    expect(await net.operator.explain(uuid)).toMatchObject({
      state: 'active',
      agentId: 'a1',
      holders: [{ client, holds: 1 }]
    })
    await expect(net.operator.explain('x' as ContainerUuid)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('tells of a container that was never started what a get of it waits for', async () => {
    const { net } = await network()
    const wanted = net.get(client, 'other' as ContainerKind, { uuid: 'x' as ContainerUuid })
    expect(await net.operator.explain('x' as ContainerUuid)).toMatchObject({
      state: 'absent',
      waiterCount: 1,
      waitsFor: 'an agent that offers kind other'
    })
    expect(net.operator.waits()).toEqual([{ kind: 'other', cause: 'agent', gets: 1, containers: 0 }])
    expect(await net.operator.unserved()).toEqual([])
    await net.close()
    await expect(wanted).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('ends what nobody holds, and tells when it has ended', async () => {
    const { net, agent } = await network()
    await net.release(client, uuid)
    expect(await net.operator.terminate(uuid)).toEqual({})
    expect(await agent.list()).toEqual([])
  })

  test('tells that a container cannot end yet', async () => {
    const { net } = await network(async (context) => {
      if (!context.final) context.notYet({ reason: 'it saves' })
    })
    await net.release(client, uuid)
    expect(await net.operator.terminate(uuid)).toEqual({ notYet: { reason: 'it saves' } })
    expect(await net.operator.terminate(uuid, { force: true })).toEqual({})
  })

  test('forces an end that had begun without force, and says then that it cannot yet', async () => {
    let say = (): void => {}
    const saying = new Promise<void>((resolve) => (say = resolve))
    const { net } = await network(async (context) => {
      if (context.final) return
      await saying
      context.notYet({ reason: 'it saves' })
    })
    await net.release(client, uuid)
    const asked = net.operator.terminate(uuid)
    const forced = net.operator.terminate(uuid, { force: true })
    say()
    expect(await asked).toEqual({ notYet: { reason: 'it saves' } })
    expect(await forced).toEqual({})
  })

  test('restarts what somebody holds when forced, and not otherwise', async () => {
    const { net } = await network()
    await expect(net.operator.terminate(uuid)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', uuid })
    expect(await net.operator.terminate(uuid, { force: true })).toEqual({ restarts: true })
  })

  test('fails an end that runs when it is closed', async () => {
    const { net } = await network(async () => await new Promise(() => {}))
    await net.release(client, uuid)
    const ended = net.operator.terminate(uuid)
    await net.close()
    await expect(ended).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(net.operator.terminate(uuid)).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('drains an agent, or says why it cannot', async () => {
    const { net, agent } = await network()
    await net.release(client, uuid)
    expect(await net.operator.drainAgent(agent.uuid)).toEqual({ moved: 0, ended: 1, left: 0 })
    expect(agent.draining).toBe(true)
    await expect(net.operator.drainAgent('a9' as AgentUuid)).rejects.toMatchObject({ code: 'NOT_FOUND', agentId: 'a9' })
    const old = { uuid: 'old', kinds: [], list: async () => [] } as unknown as NetworkAgent
    await net.register({ agentId: old.uuid, containers: [], kinds: [] }, old)
    await expect(net.operator.drainAgent(old.uuid)).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' })
  })
})

describe('the lag of an event loop', () => {
  test('is by how much timers are late', async () => {
    let now = 0
    const ticks = new FakeTickManager()
    ticks.now = () => now
    const lates = [0, 5, 1, 0, 0, 0]
    ticks.schedule = (delayMs, fn) => {
      now += delayMs + (lates.shift() ?? 0)
      setImmediate(fn)
      return () => {}
    }
    expect(await loopLag(ticks, 50)).toEqual({ sampledMs: 56, meanMs: 1.2, maxMs: 5 })
  })
})

describe('what operators ask, on the wire', () => {
  test('is read as it is meant', () => {
    expect(readCoordinatorParams.ex({ uuid: 'u', more: 1 })).toEqual({ uuid: 'u' })
    expect(readCoordinatorParams.lu({ kind: 'k', page: '' })).toEqual({ kind: 'k', page: '' })
    expect(readCoordinatorParams.lr({ page: '1.1' })).toEqual({ page: '1.1' })
    expect(readCoordinatorParams.xr({ uuid: 'u', name: 'n', more: 1 })).toEqual({ uuid: 'u', name: 'n' })
    expect(readCoordinatorParams.ct({ uuid: 'u', force: true, reason: null })).toEqual({ uuid: 'u', force: true })
    expect(readCoordinatorParams.ad({ uuid: 'a', timeoutMs: 5 })).toEqual({ uuid: 'a', timeoutMs: 5 })
    expect(readCoordinatorParams.di(null)).toEqual({})
    expect(readCoordinatorParams.di({ agent: 'a', sampleMs: 1 })).toEqual({ agent: 'a', sampleMs: 1 })
    expect(readAgentParams.ad([{ timeoutMs: 5 }])).toEqual([{ timeoutMs: 5 }])
    expect(readAgentParams.di([])).toEqual([{}])
  })

  test.each([
    ['ex', {}],
    ['lu', { kind: 7 }],
    ['lr', { page: 7 }],
    ['xr', { uuid: 'u' }],
    ['xr', { name: 'n' }],
    ['ct', { uuid: '' }],
    ['ct', { uuid: 'u', reason: 7 }],
    ['ad', { uuid: 'a', timeoutMs: 'long' }],
    ['di', { sampleMs: -1 }],
    ['di', 'x']
  ] as const)('%s of %j is refused', (name, params) => {
    expect(() => readCoordinatorParams[name](params)).toThrow()
  })
})

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Reference } from '../harness/roles'
import { until } from '../harness/waiting'
import { worlds } from '../harness/world'

const world = worlds()

/** Containers, half of them asked through the coordinator, half directly. */
const count = 6

describe('agents drain', () => {
  it('a rolling restart of three agents under load fails no call, and every container keeps its state', async () => {
    const { client, agents } = await world.current.network(['a', 'b', 'c'])
    const references = await Promise.all(
      Array.from({ length: count }, async (_, n) => await client.get('sample', { uuid: `c${n}` }))
    )
    const connections = await Promise.all(
      references.slice(count / 2).map(async (reference) => await reference.connect())
    )
    const targets = [...references.slice(0, count / 2), ...connections].map(({ target }) => target)
    await client.call('startLoad', { targets })

    let moved = 0
    for (const agent of agents) {
      const result = await agent.call('drain', {})
      expect(result).toMatchObject({ left: 0 })
      moved += result?.moved ?? 0
      await agent.call('close', {})
      await agent.kill()
      await world.current.restart(agent)
    }

    const { answered, failures } = await client.call('stopLoad', {})
    expect(failures).toEqual([])
    expect(moved).toBeGreaterThanOrEqual(count)
    const next = await Promise.all(references.map(async (reference) => await reference.request('add')))
    expect(next).toEqual(answered.map((number) => number + 1))
  })

  it('what runs when an agent drains is answered first, and nothing is started there', async () => {
    const { client, agents } = await world.current.network(['a', 'b'])
    const reference = await client.get('sample', { uuid: 'c' })
    const { agentId } = (await reference.request('whoami')) as { agentId: string }
    const owner = agents.find(({ name }) => name === agentId)
    const running = reference.request('hold', { id: 'last' })
    await owner?.has({ what: 'executed', operation: 'hold' })

    const drained = owner?.call('drain', {})
    const known = async (): Promise<boolean> => (await client.call('agents', {})).some(({ draining }) => draining)
    await until(known, 'the coordinator knows that the agent drains')
    const others = await Promise.all(['x', 'y', 'z'].map(async (uuid) => await client.get('sample', { uuid })))
    const places = await Promise.all(others.map(async (other) => await other.request('whoami')))
    expect(places.map((place) => (place as { agentId: string }).agentId)).not.toContain(agentId)
    await owner?.call('release', { uuid: 'c' })
    expect(await running).toBe('last')
    expect(await drained).toEqual({ moved: 1, ended: 0, left: 0 })
    await expect(reference.request('whoami')).resolves.not.toMatchObject({ agentId })
  })

  it('what nobody else offers is served until the agent closes, and waits for it to come back', async () => {
    const { client, agents } = await world.current.network(['a'])
    const reference = await client.get('sample', { uuid: 'c' })
    expect(await agents[0].call('drain', { timeoutMs: 200 })).toEqual({ moved: 0, ended: 0, left: 1 })
    expect(await reference.request('add')).toBe(1)
    await agents[0].call('close', {})
    const waiting = reference.request('whoami')
    await agents[0].kill()
    const again = await world.current.restart(agents[0])
    await expect(waiting).resolves.toMatchObject({ pid: again.pid })
  })
})

describe('the coordinator drains', () => {
  it('restarts under load fail no call: what is asked meanwhile waits for its successor', async () => {
    const options = { ledger: world.current.ledger }
    const { coordinator: first, client, agents } = await world.current.network(['a', 'b'], options)
    const references = await Promise.all(
      Array.from({ length: count }, async (_, n) => await client.get('sample', { uuid: `c${n}` }))
    )
    const connections = await Promise.all(
      references.slice(count / 2).map(async (reference) => await reference.connect())
    )
    const targets = [...references.slice(0, count / 2), ...connections].map(({ target }) => target)
    await client.call('startLoad', { targets })

    let coordinator = first
    for (let round = 0; round < 5; round++) {
      const uuid = `new-${round}`
      const closed = coordinator.call('close', {})
      const got = client.get('sample', { uuid })
      await closed
      await coordinator.kill()
      coordinator = await world.current.coordinator(options)
      await expect((await got).request('whoami')).resolves.toMatchObject({ uuid })
    }

    const { answered, failures } = await client.call('stopLoad', {})
    expect(failures).toEqual([])
    const next = await Promise.all(references.map(async (reference) => await reference.request('add')))
    expect(next).toEqual(answered.map((number) => number + 1))
    expect(agents.map(({ killed }) => killed)).toEqual([false, false])
  })

  it('a relayed request that runs is answered within its drain', async () => {
    const { coordinator, client, agents } = await world.current.network(['a'])
    const reference = await client.get('sample', { uuid: 'c' })
    const running = reference.request('hold', { id: 'last' })
    await agents[0].has({ what: 'executed', operation: 'hold' })
    const closed = coordinator.call('close', {})
    await agents[0].call('release', { uuid: 'c' })
    await expect(running).resolves.toBe('last')
    await closed
  })

  it.each(['reference', 'connection first'] as const)(
    'what a request that runs asks of others is answered within the drain too, by %s',
    async (way) => {
      // Nothing here depends on how fast it is
      const options = { drainTimeoutMs: 15_000 }
      const kinds = { kinds: ['serial' as const] }
      const { coordinator, client, agents } = await world.current.network(['a', 'b', 'c'], options, kinds)
      const place = async (uuid: string, agent: string): Promise<Reference> =>
        await client.get('serial', { uuid, placement: { agent } })
      const [first] = await Promise.all([place('x', 'a'), place('y', 'b'), place('z', 'c')])
      const path = ['y', 'z']
      expect(await first.request('go', { path, way })).toEqual(['x', 'y', 'z'])

      const running = first.request('go', { id: 'outer', hold: true, path, way })
      const [agent] = agents
      await agent.has({ what: 'executed', id: 'outer' })
      const closed = coordinator.call('close', undefined)
      await world.current.until(
        () => coordinator.log().includes('The coordinator drains'),
        'clients keep what they ask'
      )
      await agent.call('releaseTurn', { uuid: 'x' })
      await expect(running).resolves.toEqual(['x', 'y', 'z'])
      await closed
    }
  )
})

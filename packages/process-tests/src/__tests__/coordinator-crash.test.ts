// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { broken, numbered, tally } from '../harness/outcomes'
import { worlds } from '../harness/world'

const world = worlds()
const timeouts = { unusedContainerSeconds: 0.5, aliveSeconds: 1 }

describe('the coordinator process is killed and started again', () => {
  it('relayed requests in flight end as OUTCOME_UNKNOWN, direct ones are answered, nothing runs twice', async () => {
    const { coordinator, client, agents } = await world.current.network(['a'], { timeouts })
    const [agent] = agents
    const reference = await client.get('sample', { uuid: 'c' })
    const connection = await reference.connect()
    const relayed = numbered(reference.target, 'hold', 20, 'relayed')
    const direct = numbered(connection.target, 'hold', 20, 'direct')
    const relayedEnd = client.requestMany(relayed)
    const directEnd = client.requestMany(direct)
    await agent.has({ what: 'executed', operation: 'hold' }, 40)

    await coordinator.kill()
    await connection.request('release')
    expect(tally(await directEnd)).toEqual({ answered: 20 })
    await world.current.coordinator({ timeouts })

    expect(tally(await relayedEnd)).toEqual({ OUTCOME_UNKNOWN: 20 })
    await expect(reference.request('whoami')).resolves.toMatchObject({ pid: agent.pid })
    await expect(connection.request('whoami')).resolves.toMatchObject({ pid: agent.pid })
    expect(
      broken([...relayed, ...direct], [...(await relayedEnd), ...(await directEnd)], world.current.journal)
    ).toEqual([])
    expect(world.current.journal.entries({ what: 'started' })).toHaveLength(1)
  })

  it('gets and lists asked while it is away are answered when it is back', async () => {
    const { coordinator, client, agents } = await world.current.network(['a'], { timeouts })
    const held = await client.get('sample', { uuid: 'held' })

    await coordinator.kill()
    const get = client.get('sample', { uuid: 'new' })
    const again = client.get('sample', { uuid: 'held' })
    const kinds = client.call('kinds', {})
    await world.current.coordinator({ timeouts })

    await expect((await get).request('whoami')).resolves.toMatchObject({ uuid: 'new' })
    await expect((await again).request('whoami')).resolves.toMatchObject({ uuid: 'held', pid: agents[0].pid })
    await expect(held.request('whoami')).resolves.toMatchObject({ uuid: 'held' })
    await expect(kinds).resolves.toEqual(expect.any(Array))
    expect(world.current.journal.entries({ what: 'started', uuid: 'held' })).toHaveLength(1)
  })

  it('holds are exact afterwards: what nobody holds ends, what is held lives until its last hold is closed', async () => {
    const { coordinator, client, agents } = await world.current.network(['a'], { timeouts })
    const [agent] = agents
    const dying = await world.current.client('dying')
    await dying.get('sample', { uuid: 'orphan' })
    const first = await client.get('sample', { uuid: 'held' })
    const second = await client.get('sample', { uuid: 'held' })

    await coordinator.kill()
    await dying.kill()
    await world.current.coordinator({ timeouts })

    await agent.has({ what: 'terminated', uuid: 'orphan' })
    await first.close()
    const control = await client.get('sample', { uuid: 'control' })
    await control.close()
    await agent.has({ what: 'terminated', uuid: 'control' })
    await expect(second.request('whoami')).resolves.toMatchObject({ uuid: 'held' })
    expect(world.current.journal.entries({ what: 'started', uuid: 'held' })).toHaveLength(1)
    await second.close()
    await agent.has({ what: 'terminated', uuid: 'held' })
  })

  it('agents are placed upon again, and containers that lost their agent meanwhile start elsewhere', async () => {
    const { coordinator, client, agents } = await world.current.network(['a', 'b'], { timeouts })
    const reference = await client.get('sample', { uuid: 'c' })
    const { agentId } = (await reference.request('whoami')) as { agentId: string }
    const owner = agents.find(({ name }) => name === agentId)
    const other = agents.find(({ name }) => name !== agentId)

    await coordinator.kill()
    await owner?.kill()
    await world.current.coordinator({ timeouts })

    await expect(reference.request('whoami')).resolves.toMatchObject({ uuid: 'c', agentId: other?.name })
  })
})

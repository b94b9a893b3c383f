// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Agent } from '../harness/roles'
import { worlds } from '../harness/world'

const world = worlds()
const kinds = ['scripted' as const]

describe('a get that waits for a factory', () => {
  it('goes on with another agent when the first one is killed', async () => {
    const { client, agents } = await world.current.network(['a', 'b'], {}, { kinds })
    for (const agent of agents) await agent.call('setFactory', { mode: 'hang' })
    const got = client.get('scripted', { uuid: 'c' })
    const first = (await Promise.any(
      agents.map(async (agent) => {
        await agent.has({ what: 'factory', uuid: 'c' })
        return agent
      })
    )) as Agent
    const other = agents.find((agent) => agent !== first) as Agent
    await other.call('setFactory', { mode: 'work' })

    await first.kill()

    await expect((await got).request('whoami')).resolves.toMatchObject({ uuid: 'c', agentId: other.name })
  })

  it('is answered once, by one start, when its client’s connection is reset', async () => {
    await world.current.coordinator()
    const proxy = await world.current.proxy(world.current.port)
    const [agent, client] = await Promise.all([
      world.current.agent('a', { kinds }),
      world.current.client('client', { url: `127.0.0.1:${proxy.port}` })
    ])
    await agent.call('setFactory', { mode: 'hang' })
    const got = Promise.all([client.get('scripted', { uuid: 'c' }), client.get('scripted', { labels: ['another'] })])
    await agent.has({ what: 'factory' }, 2)

    proxy.reset()
    await agent.call('finishHanging', {})

    const [named, unnamed] = await got
    await expect(named.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
    await expect(unnamed.request('whoami')).resolves.toMatchObject({ uuid: unnamed.uuid })
    expect(world.current.journal.entries({ what: 'factory' })).toHaveLength(2)
  })

  it('is answered by the next coordinator when the first one is killed', async () => {
    const timeouts = { aliveSeconds: 1 }
    const { coordinator, client, agents } = await world.current.network(['a'], { timeouts }, { kinds })
    const [agent] = agents
    await agent.call('setFactory', { mode: 'hang' })
    const got = client.get('scripted', { uuid: 'c' })
    await agent.has({ what: 'factory', uuid: 'c' })

    await coordinator.kill()
    await agent.call('setFactory', { mode: 'work' })
    await agent.call('finishHanging', {})
    await world.current.coordinator({ timeouts })

    await expect((await got).request('whoami')).resolves.toMatchObject({ uuid: 'c', pid: agent.pid })
    // One of them lives, whether it is the one that the first coordinator asked for or another
    const started = world.current.journal.entries({ what: 'started', uuid: 'c' }).length
    await world.current.until(
      () => started - world.current.journal.entries({ what: 'terminated', uuid: 'c' }).length === 1,
      'one container of that uuid lives'
    )
    expect(await agent.call('containers', {})).toEqual(['c'])
  })
})

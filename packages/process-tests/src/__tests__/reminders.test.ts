// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { worlds } from '../harness/world'

const world = worlds()
const timeouts = { unusedContainerSeconds: 0.3, aliveSeconds: 1 }

describe('a reminder', () => {
  it('wakes a container that has ended, and lets it end again', async () => {
    const { client, agents } = await world.current.network(['a'], { timeouts, ledger: world.current.ledger })
    const [agent] = agents
    const reference = await client.get('sample', { uuid: 'sleeper' })
    await reference.request('remind', { id: 'wake', ms: 1500 })
    await reference.close()
    await agent.has({ what: 'terminated', uuid: 'sleeper' })
    expect(world.current.journal.entries({ what: 'reminded' })).toEqual([])

    await agent.has({ what: 'reminded', uuid: 'sleeper', id: 'wake' })
    await agent.has({ what: 'started', uuid: 'sleeper' }, 2)
    await agent.has({ what: 'terminated', uuid: 'sleeper' }, 2)
    const again = await client.get('sample', { uuid: 'sleeper' })
    expect(await again.request('reminders')).toEqual([])
  })

  it('survives the kill of the coordinator, of the agent and of both', async () => {
    const coordinatorOptions = { timeouts, ledger: world.current.ledger }
    const { coordinator, client, agents } = await world.current.network(['a', 'b'], coordinatorOptions)
    const reference = await client.get('sample', { uuid: 'c' })
    await reference.request('remindEvery', { id: 'beat', ms: 1000 })
    await reference.request('remind', { id: 'later', ms: 2500 })
    await reference.request('remind', { id: 'never', ms: 2500 })
    expect(await reference.request('forget', { id: 'never' })).toBe(true)
    const { agentId } = (await reference.request('whoami')) as { agentId: string }

    await coordinator.kill()
    await agents.find(({ name }) => name === agentId)?.kill()
    await client.kill()
    await world.current.coordinator(coordinatorOptions)

    const other = agents.find(({ name }) => name !== agentId)
    await other?.has({ what: 'reminded', uuid: 'c', id: 'later' })
    await other?.has({ what: 'reminded', uuid: 'c', id: 'beat' }, 2)
    expect(world.current.journal.entries({ what: 'reminded', id: 'never' })).toEqual([])
  })

  it('is refused while the disk is full, and nothing is lost', async () => {
    const coordinatorOptions = { timeouts, ledger: world.current.ledger }
    const { coordinator, client, agents } = await world.current.network(['a'], coordinatorOptions)
    const reference = await client.get('sample', { uuid: 'c' })
    const log = `${world.current.ledger}.reminders`
    renameSync(log, `${log}.aside`)
    symlinkSync('/dev/full', log)
    await expect(reference.request('remind', { id: 'lost', ms: 1500 })).rejects.toMatchObject({
      remoteCode: 'UNAVAILABLE',
      message: expect.stringContaining('ENOSPC') as unknown
    })

    unlinkSync(log)
    renameSync(`${log}.aside`, log)
    await reference.request('remind', { id: 'kept', ms: 1500 })
    await coordinator.kill()
    await world.current.coordinator(coordinatorOptions)
    await agents[0].has({ what: 'reminded', uuid: 'c', id: 'kept' })
    expect(world.current.journal.entries({ what: 'reminded', id: 'lost' })).toEqual([])
  })
})

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { worlds } from '../harness/world'
import { numbered } from '../harness/outcomes'

const world = worlds()
const timeouts = { unusedContainerSeconds: 0.5 }

describe('a client process is killed', () => {
  it('its holds end and its connections are closed; what others hold lives on; its requests ran at most once', async () => {
    const { client, agents } = await world.current.network(['a'], { timeouts })
    const [agent] = agents
    const dying = await world.current.client('dying', { clientId: 'dying', aliveTimeoutSeconds: 1 })
    const kept = await client.get('sample', { uuid: 'shared' })
    await dying.get('sample', { uuid: 'mine' })
    const shared = await dying.get('sample', { uuid: 'shared' })
    const connection = await shared.connect()
    const calls = [
      ...numbered(shared.target, 'hold', 20, 'relayed'),
      ...numbered(connection.target, 'hold', 20, 'direct')
    ]
    dying.requestMany(calls).catch(() => {}) // ends with its process
    await agent.has({ what: 'executed', operation: 'hold' }, 40)

    await dying.kill()

    await agent.has({ what: 'terminated', uuid: 'mine' })
    await agent.has({ what: 'disconnected', uuid: 'shared', clientId: 'dying' })
    await kept.request('release')
    await expect(kept.request('clients')).resolves.toEqual([])
    expect(world.current.journal.entries({ what: 'terminated', uuid: 'shared' })).toEqual([])
    expect([...world.current.journal.executions().values()].filter((times) => times !== 1)).toEqual([])
  })

  it('started again under its id it gets the same container, and the holds of its former life do not count', async () => {
    const { agents } = await world.current.network(['a'], { timeouts })
    const [agent] = agents
    // Its holds last until it is back, however long its start takes
    const former = await world.current.client('former', { clientId: 'same', aliveTimeoutSeconds: 60 })
    await former.get('sample', { uuid: 'c' })
    await former.get('sample', { uuid: 'c' })
    await former.kill()

    const later = await world.current.client('later', { clientId: 'same', aliveTimeoutSeconds: 1 })
    const reference = await later.get('sample', { uuid: 'c' })

    await expect(reference.request('whoami')).resolves.toMatchObject({ uuid: 'c', clientId: 'same' })
    expect(world.current.journal.entries({ what: 'started', uuid: 'c' })).toHaveLength(1)
    await reference.close()
    await agent.has({ what: 'terminated', uuid: 'c' })
  })
})

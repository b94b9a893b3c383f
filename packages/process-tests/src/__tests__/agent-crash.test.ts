// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Agent, Client } from '../harness/roles'
import { broken, numbered, tally } from '../harness/outcomes'
import { worlds } from '../harness/world'

const world = worlds()

/** Two agents, a reference to a container, and which of the agents has it. */
async function twoAgents(uuid: string): Promise<{
  client: Client
  reference: Awaited<ReturnType<Client['get']>>
  owner: Agent
  other: Agent
}> {
  const { client, agents } = await world.current.network(['a', 'b'])
  const reference = await client.get('sample', { uuid })
  const { agentId } = (await reference.request('whoami')) as { agentId: string }
  const owner = agents.find(({ name }) => name === agentId) as Agent
  const other = agents.find(({ name }) => name !== agentId) as Agent
  return { client, reference, owner, other }
}

describe('an agent process is killed', () => {
  it('what was sent to it ends as OUTCOME_UNKNOWN, and reference, connection and handler go on with the other agent', async () => {
    const { client, reference, owner, other } = await twoAgents('c')
    const connection = await reference.connect()
    await connection.request('broadcast', { from: 1 })
    await connection.received(1)
    const calls = [
      ...numbered(reference.target, 'hold', 20, 'relayed'),
      ...numbered(connection.target, 'hold', 20, 'direct')
    ]
    const ended = client.requestMany(calls)
    await owner.has({ what: 'executed', operation: 'hold' }, 40)

    await owner.kill()

    expect(tally(await ended)).toEqual({ OUTCOME_UNKNOWN: 40 })
    await expect(reference.request('whoami')).resolves.toMatchObject({ agentId: other.name, uuid: 'c' })
    await expect(connection.request('whoami')).resolves.toMatchObject({ agentId: other.name, uuid: 'c' })
    await connection.gap()
    await connection.request('broadcast', { from: 2, count: 3 })
    await connection.received(4)
    expect(connection.numbers()).toEqual([1, 2, 3, 4])
    expect(await reference.endpointUpdate()).toContain(String(other.options.port))
    expect(broken(calls, await ended, world.current.journal)).toEqual([])
  })

  it('of a stream of requests each is answered after one execution, or unknown after at most one', async () => {
    const { client, reference, owner } = await twoAgents('c')
    const connection = await reference.connect()
    const calls = [
      ...numbered(reference.target, 'echo', 500, 'relayed'),
      ...numbered(connection.target, 'echo', 500, 'direct')
    ]
    const ended = client.requestMany(calls)
    await owner.has({ what: 'executed' }, 100)

    await owner.kill()

    expect(broken(calls, await ended, world.current.journal)).toEqual([])
  })

  it('idempotent requests in flight are answered by the other agent', async () => {
    const { client, reference, owner, other } = await twoAgents('c')
    const connection = await reference.connect()
    const ended = client.requestMany([
      ...numbered(reference.target, 'hold', 5, 'relayed', { idempotent: true }),
      ...numbered(connection.target, 'hold', 5, 'direct', { idempotent: true })
    ])
    await owner.has({ what: 'executed', operation: 'hold' }, 10)

    await owner.kill()
    await other.has({ what: 'executed', operation: 'hold' }, 10)
    await other.call('request', { uuid: 'c', operation: 'release' })

    expect(tally(await ended)).toEqual({ answered: 10 })
  })

  it('started again under its id and port it takes its containers back', async () => {
    const { client, agents } = await world.current.network(['a'])
    const [agent] = agents
    const reference = await client.get('sample', { uuid: 'c' })
    const connection = await reference.connect()
    const calls = [
      ...numbered(reference.target, 'hold', 20, 'relayed'),
      ...numbered(connection.target, 'hold', 20, 'direct')
    ]
    const ended = client.requestMany(calls)
    await agent.has({ what: 'executed', operation: 'hold' }, 40)

    await agent.kill()
    const again = await world.current.restart(agent)

    expect(tally(await ended)).toEqual({ OUTCOME_UNKNOWN: 40 })
    await expect(reference.request('whoami')).resolves.toMatchObject({ pid: again.pid })
    await expect(connection.request('whoami')).resolves.toMatchObject({ pid: again.pid })
    await connection.request('broadcast', { from: 7 })
    await connection.received(7)
    expect(broken(calls, await ended, world.current.journal)).toEqual([])
  })
})

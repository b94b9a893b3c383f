// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Agent, Client } from '../harness/roles'
import { freePort } from '../harness/ports'
import { worlds } from '../harness/world'

const world = worlds()

/** A coordinator that gives factories half a second, one agent whose factory does as it is told, and a client. */
async function scripted(): Promise<{ agent: Agent; client: Client }> {
  const timeouts = { startMs: 500 }
  const { agents, client } = await world.current.network(['a'], { timeouts }, { kinds: ['scripted', 'sample'] })
  return { agent: agents[0], client }
}

it('a get before any agent exists waits for one', async () => {
  await world.current.coordinator()
  const client = await world.current.client()
  const got = client.get('sample', { uuid: 'early' })
  await client.call('waitConnection', {})

  const agent = await world.current.agent('late')

  await expect((await got).request('whoami')).resolves.toMatchObject({ uuid: 'early', pid: agent.pid })
})

it('a client and an agent started before the coordinator find it', async () => {
  const { client, agents } = await world.current.network(['a'])
  const reference = await client.get('sample', { uuid: 'c' })
  await expect(reference.request('whoami')).resolves.toMatchObject({ pid: agents[0].pid })
})

it('a kind that nobody offers ends at the deadline with NO_AGENT, naming the kind', async () => {
  const { client } = await scripted()

  const get = client.get('nobody-has-this', {}, 700)

  await expect(get).rejects.toMatchObject({ code: 'NO_AGENT', retryable: true })
  await expect(get).rejects.toThrow(/nobody-has-this/)
})

describe('a factory', () => {
  it('that throws fails all who wait with its reason and the stage, and the next get starts afresh', async () => {
    const { agent, client } = await scripted()
    await agent.call('setFactory', { mode: 'throw' })

    const gets = await Promise.allSettled([1, 2, 3].map(async () => await client.get('scripted', { uuid: 'c' })))

    for (const get of gets) {
      expect(get).toMatchObject({ status: 'rejected', reason: { code: 'START_FAILED' } })
      expect((get as PromiseRejectedResult).reason).toMatchObject({
        message: expect.stringContaining('no disk for c') as string,
        stage: expect.stringContaining('a') as string
      })
    }
    await agent.call('setFactory', { mode: 'work' })
    await expect((await client.get('scripted', { uuid: 'c' })).request('whoami')).resolves.toMatchObject({ uuid: 'c' })
    expect(await client.call('count', {})).toBe(1)
  })

  it('that hangs fails at the start deadline; the next get starts afresh, and what comes late is terminated', async () => {
    const { agent, client } = await scripted()
    await agent.call('setFactory', { mode: 'hang' })

    await expect(client.get('scripted', { uuid: 'c' })).rejects.toMatchObject({
      code: 'START_TIMEOUT',
      retryable: true,
      stage: expect.stringContaining('a') as string
    })
    expect(await client.call('count', {})).toBe(0)
    await agent.call('setFactory', { mode: 'work' })
    const fresh = await client.get('scripted', { uuid: 'c' })
    await fresh.request('add')
    await agent.call('finishHanging', {})

    await agent.has({ what: 'terminated', uuid: 'c' })
    // The late one ended, not the one that serves
    await expect(fresh.request('add')).resolves.toBe(2)
    expect(await client.call('count', {})).toBe(1)
    expect(world.current.journal.entries({ what: 'started', uuid: 'c' })).toHaveLength(2)
    expect(world.current.journal.entries({ what: 'terminated', uuid: 'c' })).toHaveLength(1)
  })

  it('that answers with another uuid fails, what it made is terminated, and the next get starts afresh', async () => {
    const { agent, client } = await scripted()
    await agent.call('setFactory', { mode: 'wrong-uuid' })

    const get = client.get('scripted', { uuid: 'c' })

    await expect(get).rejects.toMatchObject({ code: 'START_FAILED', stage: expect.any(String) as string })
    await expect(get).rejects.toThrow(/not-c/)
    await agent.has({ what: 'terminated', uuid: 'not-c' })
    expect(await agent.call('containers', {})).toEqual([])
    await agent.call('setFactory', { mode: 'work' })
    await expect((await client.get('scripted', { uuid: 'c' })).request('whoami')).resolves.toMatchObject({ uuid: 'c' })
  })
})

it('what a container throws reaches the caller as message and code, without a stack, on both routes', async () => {
  await world.current.coordinator()
  const agentPort = await freePort()
  const toCoordinator = await world.current.proxy(world.current.port)
  const toAgent = await world.current.proxy(agentPort)
  for (const proxy of [toCoordinator, toAgent]) proxy.record()
  await world.current.agent('a', { port: agentPort, announcedPort: toAgent.port })
  const client = await world.current.client('client', { url: `127.0.0.1:${toCoordinator.port}` })
  const reference = await client.get('sample', { uuid: 'c' })
  const connection = await reference.connect()

  for (const line of [reference, connection]) {
    const thrown = await line
      .request('throw', { message: 'out of paper', code: 'E_PAPER' })
      .catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code: 'REMOTE_ERROR', message: 'out of paper', remoteCode: 'E_PAPER' })
    expect(JSON.stringify(thrown)).not.toContain('explodeInsideTheContainer')
  }
  for (const proxy of [toCoordinator, toAgent]) {
    expect(proxy.text()).toContain('out of paper')
    expect(proxy.text()).not.toContain('explodeInsideTheContainer')
  }
  await expect(reference.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
})

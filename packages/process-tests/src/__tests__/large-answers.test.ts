// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createHash } from 'node:crypto'
import { limits } from '@hcengineering/network-core'
import type { Target } from '../fixtures/client'
import { largeAnswer } from '../fixtures/sample-container'
import { freePort } from '../harness/ports'
import type { Client } from '../harness/roles'
import type { TcpProxy } from '../harness/tcp-proxy'
import { worlds, type World } from '../harness/world'

const MIB = 1024 * 1024
const old = process.env.NETWORK_TEST_PROTOCOL === '1'

/** What a client says of such an answer. */
function digestOf(bytes: number): unknown {
  return { bytes, hash: createHash('sha1').update(largeAnswer(bytes)).digest('hex') }
}

/** By the agent's server, by the coordinator, and by a connection that that relays. */
const ways = ['direct', 'reference', 'relayed']

async function clientIn(there: World, way: string): Promise<Client> {
  return (await there.network(['a'], {}, way === 'relayed' ? { port: undefined } : {})).client
}

async function targetOf(client: Client, way: string, uuid: string): Promise<Target> {
  const reference = await client.get('sample', { uuid })
  return way === 'reference' ? reference.target : (await reference.connect()).target
}

;(old ? describe.skip : describe).each(ways)('answers larger than a message (%s)', (way) => {
  const shared = worlds({ shared: true })
  let client: Client
  beforeAll(async () => {
    client = await clientIn(shared.current, way)
  })

  it('arrive whole, several at a time, with small ones between', async () => {
    const target = await targetOf(client, way, 'several')
    const ask = (operation: string, data: object): { target: Target; operation: string; data: object } => {
      return { target, operation, data }
    }
    const sizes = [limits.maxPayloadBytes + 1, 20 * MIB, limits.maxPayloadBytes - 100, 30 * MIB]
    const large = sizes.map((bytes) => ask('large', { bytes }))
    const small = Array.from({ length: 50 }, (_, number) => ask('echo', { id: `small-${number}` }))
    const outcomes = await client.requestMany([...large, ...small])
    const expected = [...sizes.map(digestOf), ...small.map(({ data }) => data)]
    expect(outcomes).toEqual(expected.map((value) => ({ value })))
  })

  it('arrive all, forty at once, from an agent that is not taken for dead meanwhile', async () => {
    const target = await targetOf(client, way, 'forty')
    const calls = Array.from({ length: 40 }, () => ({ target, operation: 'large', data: { bytes: 6 * MIB } }))
    const value = digestOf(6 * MIB)
    expect(await client.requestMany(calls)).toEqual(calls.map(() => ({ value })))
    const executed = shared.current.journal.entries({ what: 'executed', uuid: 'forty', operation: 'large' })
    expect(executed).toHaveLength(40)
    expect(new Set(executed.map(({ token }) => JSON.stringify(token))).size).toBe(1)
  })

  it('are refused beyond the maximum', async () => {
    const target = await targetOf(client, way, 'refuses')
    const asked = { target, operation: 'large', data: { bytes: limits.maxAnswerBytes } }
    await expect(client.call('request', asked)).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })
})

;(old ? describe.skip : describe)('answers larger than a message', () => {
  const world = worlds()

  it.each(['client – agent', 'client – coordinator', 'agent – coordinator'])('go on after resets: %s', async (line) => {
    await world.current.coordinator()
    const agentPort = await freePort()
    const proxy: TcpProxy = await world.current.proxy(line === 'client – agent' ? agentPort : world.current.port)
    const through = { url: `127.0.0.1:${proxy.port}` }
    const [client] = await Promise.all([
      world.current.client('client', line === 'client – coordinator' ? through : {}),
      world.current.agent('a', {
        port: agentPort,
        ...(line === 'agent – coordinator' ? through : {}),
        ...(line === 'client – agent' ? { announcedPort: proxy.port } : {})
      })
    ])
    const reference = await client.get('sample', { uuid: 'c' })
    const target = line === 'client – agent' ? (await reference.connect()).target : reference.target
    const large = client.call('request', { target, operation: 'large', data: { bytes: 50 * MIB } })
    for (let round = 0; round < 5; round++) {
      await client.call('request', { target, operation: 'echo' })
      proxy.reset()
    }
    expect(await large).toEqual(digestOf(50 * MIB))
    expect(world.current.journal.entries({ what: 'executed', operation: 'large' })).toHaveLength(1)
  })

  it.each(ways)('arrive though their agent drains and closes behind them (%s)', async (way) => {
    const options = way === 'relayed' ? { port: undefined } : {}
    const { client, agents } = await world.current.network(['a', 'b'], {}, options)
    const reference = await client.get('sample', { uuid: 'c' })
    const { agentId } = (await reference.request('whoami')) as { agentId: string }
    const [owner] = agents.filter(({ name }) => name === agentId)
    const target = way === 'reference' ? reference.target : (await reference.connect()).target
    const large = client.call('request', { target, operation: 'large', data: { bytes: 20 * MIB } })
    await owner.has({ what: 'answered', operation: 'large' })
    await owner.call('drain', {})
    await owner.call('close', {})
    expect(await large).toEqual(digestOf(20 * MIB))
  })
})

;(old ? describe : describe.skip)('answers larger than a message in protocol 1', () => {
  const world = worlds()

  it.each(ways)('are refused (%s)', async (way) => {
    const client = await clientIn(world.current, way)
    const target = await targetOf(client, way, 'c')
    const asked = { target, operation: 'large', data: { bytes: limits.maxPayloadBytes } }
    await expect(client.call('request', asked)).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })
})

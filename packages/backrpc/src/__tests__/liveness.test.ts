// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError } from '@hcengineering/network-core'
import { CLIENT, HOST, MemoryRig, SERVER } from './rig'

describe('liveness', () => {
  let rig: MemoryRig

  beforeEach(() => {
    rig = new MemoryRig()
  })

  afterEach(async () => {
    await rig.close()
  })

  it.each([1, 3, 3600])(
    'ends the session of a client that was silent for its %d s, and not before',
    async (seconds) => {
      const closed: unknown[] = []
      const { server, port } = await rig.server({
        closeHandler: (client, timedOut) => {
          closed.push([client, timedOut])
        }
      })
      const client = rig.client('c', port, {}, {}, seconds)
      await client.waitConnection()
      await rig.ticks.advance(10 * seconds * 1000 + 500)
      expect(closed).toEqual([])
      rig.network.pause(CLIENT)
      await rig.ticks.advance(seconds * 1000 * 0.6)
      expect(closed).toEqual([])
      expect(server.sessionInfo('c')).toMatchObject({ aliveTimeoutMs: seconds * 1000 })
      await rig.ticks.advance(seconds * 1000 * 0.4)
      expect(closed).toEqual([['c', true]])
      expect(server.stats).toMatchObject({ sessions: 0, timedOut: 1 })
    },
    60_000
  )

  it('keeps a client whose connection is lost until it was silent for its alive timeout', async () => {
    const closed: unknown[] = []
    const { server, port } = await rig.server({
      closeHandler: (client) => {
        closed.push(client)
      }
    })
    const client = rig.client('c', port)
    await client.waitConnection()
    rig.network.refuse(SERVER, true)
    rig.network.breakConnections(CLIENT)
    await rig.ticks.advance(2_500)
    expect(server.sessionInfo('c')).toMatchObject({ connected: false })
    rig.network.refuse(SERVER, false)
    await rig.ticks.advance(100)
    expect(await client.request('m', 1)).toEqual(['m', 1])
    expect(closed).toEqual([])
  })

  it('makes requests wait while the server is silent, and goes on when it wakes', async () => {
    const causes: string[] = []
    const { server, port } = await rig.server()
    const client = rig.client('c', port, {
      onDisconnect: (cause) => {
        causes.push(cause.message)
      }
    })
    await client.waitConnection()
    rig.network.pause(SERVER)
    const sent = client.request('sent', 1, { timeoutMs: 60_000, resend: false })
    await rig.ticks.advance(2_900)
    expect(causes).toEqual([])
    await rig.ticks.advance(200)
    expect(causes).toEqual([`${HOST}:${port} has been silent for 3000 ms`])
    expect(client.connected).toBe(false)
    const waiting = client.request('waiting', 1, { timeoutMs: 1_000 })
    const failed = waiting.catch((error: unknown) => error as NetworkError)
    await rig.ticks.advance(1_000)
    expect(await failed).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      stage: `waiting for the connection to ${HOST}:${port}`
    })
    rig.network.resume(SERVER)
    await rig.ticks.advance(1_100)
    expect(await sent).toEqual(['sent', 1])
    expect(server.stats.requests).toBe(1)
  })

  it('names the stage in which a request ran out of time', async () => {
    const { server, port } = await rig.server({ requestHandler: () => {} }, { limits: { maxInFlight: 2 } })
    const client = rig.client('c', port, { requestHandler: () => {} }, { limits: { maxInFlight: 2 } })
    await client.waitConnection()
    const failures = Promise.allSettled([
      client.request('a', 1, { timeoutMs: 500 }),
      client.request('b', 1, { timeoutMs: 500 }),
      client.request('c', 1, { timeoutMs: 400 }),
      server.request('c', 'd', 1, { timeoutMs: 400 })
    ])
    await rig.ticks.advance(600)
    const stages = (await failures).map((each) => ((each as PromiseRejectedResult).reason as NetworkError).stage)
    expect(stages).toEqual([
      'sent and not answered',
      'sent and not answered',
      'queued behind 2 requests',
      'sent and not answered'
    ])
  })

  it('waits without end for a request with timeout 0, and as long as the alive timeout by default', async () => {
    const answers: ((value: unknown) => Promise<void>)[] = []
    const { port } = await rig.server({
      requestHandler: (_client, _method, _params, send) => {
        answers.push(send)
      }
    })
    const client = rig.client('c', port, {}, {}, 3600)
    await client.waitConnection()
    const endless = client.request('endless', 1, { timeoutMs: 0 })
    const long = client.request('long', 1)
    await rig.ticks.advance(3_500_000)
    for (const send of answers) await send('done')
    expect(await Promise.all([endless, long])).toEqual(['done', 'done'])
  }, 60_000)

  it('says hello again and again until somebody answers', async () => {
    const { port } = await rig.server()
    rig.network.block(SERVER, CLIENT)
    rig.network.unblock(SERVER, CLIENT)
    const client = rig.client('c', port)
    await rig.ticks.advance(0)
    rig.network.pause(SERVER)
    await rig.ticks.advance(5_000)
    rig.network.resume(SERVER)
    await rig.ticks.advance(1_100)
    expect(client.connected).toBe(true)
    expect(await client.request('m', 1)).toEqual(['m', 1])
  })

  it('judges at once when asked to', async () => {
    const { server, port } = await rig.server()
    const client = rig.client('c', port)
    await client.waitConnection()
    rig.network.pause(CLIENT)
    rig.ticks.setTime(rig.ticks.now() + 2_999)
    server.checkAlive()
    expect(server.stats.sessions).toBe(1)
    rig.ticks.setTime(rig.ticks.now() + 10)
    server.checkAlive()
    client.checkAlive()
    expect(server.stats.sessions).toBe(0)
    expect(client.connected).toBe(false)
  })

  it('takes a doubted server for lost when it stays silent, and no other', async () => {
    const causes: string[] = []
    const { port } = await rig.server()
    const client = rig.client('c', port, {
      onDisconnect: (cause) => {
        causes.push(cause.message)
      }
    })
    await client.waitConnection()
    client.doubt(250)
    await rig.ticks.advance(2_900)
    expect(causes).toEqual([])
    rig.network.pause(SERVER)
    client.doubt(250)
    await rig.ticks.advance(200)
    client.doubt(250)
    expect(causes).toEqual([])
    await rig.ticks.advance(50)
    expect(causes).toEqual([`${HOST}:${port} has been silent for 250 ms`])
    rig.network.resume(SERVER)
    await rig.ticks.advance(1_100)
    expect(await client.request('m', 1)).toEqual(['m', 1])
    rig.network.pause(SERVER)
    await rig.ticks.advance(2_000)
    expect(causes).toHaveLength(1)
  })

  it('tells who pings', async () => {
    const pings: string[] = []
    const { port } = await rig.server({
      onPing: (client) => {
        pings.push(client)
      }
    })
    const client = rig.client('c', port, {}, {}, 1.5)
    await client.waitConnection()
    await rig.ticks.advance(1_600)
    expect(pings).toEqual(['c', 'c', 'c'])
  })

  it.each([0, -1, Number.NaN])('refuses an alive timeout of %d s', async (seconds) => {
    expect(() => rig.client('c', 1, {}, {}, seconds)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })
})

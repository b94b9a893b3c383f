// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { CLIENT, MemoryRig, SERVER, until } from './rig'

describe('a session over a new connection', () => {
  let rig: MemoryRig

  beforeEach(() => {
    rig = new MemoryRig()
  })

  afterEach(async () => {
    await rig.close()
  })

  it('executes no request twice when its answer was lost, and delivers the answer', async () => {
    const executed: unknown[] = []
    const { server, port } = await rig.server({
      requestHandler: async (_client, method, params, send) => {
        executed.push([method, params])
        await send('answer')
      }
    })
    const client = rig.client('c', port)
    await client.waitConnection()
    rig.network.block(SERVER, CLIENT)
    const answer = client.request('m', 1, { resend: false })
    await until(() => executed.length === 1)
    rig.network.unblock(SERVER, CLIENT)
    await rig.breakConnections()
    expect(await answer).toBe('answer')
    expect(executed).toEqual([['m', 1]])
    expect(server.stats).toMatchObject({ hellos: 1, resumed: 1, requests: 1 })
  })

  it('does the same for requests of the server', async () => {
    const executed: unknown[] = []
    const { server, port } = await rig.server()
    const client = rig.client('c', port, {
      requestHandler: async (method, params, send) => {
        executed.push([method, params])
        await send('answer')
      }
    })
    await client.waitConnection()
    rig.network.block(CLIENT, SERVER)
    const answer = server.request('c', 'm', 1, { resend: false })
    await until(() => executed.length === 1)
    rig.network.unblock(CLIENT, SERVER)
    await rig.breakConnections()
    expect(await answer).toBe('answer')
    expect(executed).toEqual([['m', 1]])
  })

  it('answers over the new connection what was begun over the old one', async () => {
    let answer: ((value: unknown) => Promise<void>) | undefined
    const { server, port } = await rig.server({
      requestHandler: (_client, _method, _params, send) => {
        answer = send
      }
    })
    const client = rig.client('c', port)
    const pending = client.request('m', 1, { resend: false })
    await until(() => answer !== undefined)
    await rig.breakConnections()
    await answer?.('late')
    expect(await pending).toBe('late')
    expect(server.stats.requests).toBe(1)
  })

  it('sends again what was lost on its way, in order', async () => {
    const executed: unknown[] = []
    const { port } = await rig.server({
      requestHandler: async (_client, method, _params, send) => {
        executed.push(method)
        await send(method)
      }
    })
    const client = rig.client('c', port)
    await client.waitConnection()
    rig.network.block(CLIENT, SERVER)
    const pending = ['one', 'two', 'three'].map(async (method) => await client.request(method, 1, { resend: false }))
    rig.network.breakConnections(CLIENT)
    rig.network.unblock(CLIENT, SERVER)
    await rig.ticks.advance(50)
    expect(await Promise.all(pending)).toEqual(['one', 'two', 'three'])
    expect(executed).toEqual(['one', 'two', 'three'])
  })

  it('is no new session: it is neither greeted nor set up again', async () => {
    const log: unknown[] = []
    const { server, port } = await rig.server({
      helloHandler: () => {
        log.push('hello')
      },
      closeHandler: () => {
        log.push('close')
      },
      disconnectHandler: () => {
        log.push('disconnect')
      },
      resumeHandler: () => {
        log.push('resume')
      }
    })
    const client = rig.client('c', port, {
      onRegister: () => {
        log.push('register')
      },
      onSession: (fresh) => {
        log.push(fresh ? 'fresh' : 'resumed')
      },
      onDisconnect: () => {
        log.push('lost')
      }
    })
    await client.waitConnection()
    await rig.breakConnections()
    await client.request('m', 1)
    expect(log.sort()).toEqual(['disconnect', 'fresh', 'hello', 'lost', 'register', 'resume', 'resumed'])
    expect(server.sessionInfo('c')).toMatchObject({ connected: true, ours: true, pendingRequests: 0 })
  })

  it('sends again, before what is newer, the events that were lost with the connection', async () => {
    const log: unknown[] = []
    const { server, port } = await rig.server()
    const client = rig.client('c', port, {
      onEvent: (event) => {
        log.push(event)
      },
      onGap: (gap) => {
        log.push(gap)
      }
    })
    await client.waitConnection()
    await server.send('c', 1)
    await until(() => log.length === 1)
    rig.network.block(SERVER, CLIENT)
    await server.send('c', 2)
    await server.send('c', 3)
    // They leave at the end of the turn
    await rig.ticks.advance(1)
    rig.network.breakConnections(CLIENT)
    await until(() => server.sessionInfo('c')?.connected === false)
    await server.send('c', 4)
    rig.network.unblock(SERVER, CLIENT)
    await rig.ticks.advance(50)
    await server.send('c', 5)
    await until(() => log.length === 5)
    expect(log).toEqual([1, 2, 3, 4, 5])
  })

  it('lets another process of the same name begin anew', async () => {
    const log: unknown[] = []
    const { server, port } = await rig.server({
      helloHandler: (_client, { previousSession }) => {
        log.push(['hello', previousSession])
      },
      closeHandler: (_client, timedOut) => {
        log.push(['close', timedOut])
      }
    })
    const first = rig.client('c', port, { requestHandler: () => {} })
    await first.waitConnection()
    const lost = server.request('c', 'm', 1, { resend: false })
    const again = server.request('c', 'm', 2)
    await rig.ticks.advance(0)
    rig.network.kill(CLIENT)
    const second = rig.client('c', port)
    await second.waitConnection()
    await expect(lost).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(await again).toEqual(['m', 2])
    expect(log).toEqual([
      ['hello', ''],
      ['close', true],
      ['hello', '']
    ])
  })

  it('is not disturbed by what its old address still says', async () => {
    const { server, port } = await rig.server()
    const client = rig.client('c', port)
    await client.waitConnection()
    const { id } = server.sessionInfo('c') ?? {}
    // The server does not see the break: the new connection comes first
    rig.network.block(CLIENT, SERVER)
    await client.send('on the old connection')
    rig.network.unblock(CLIENT, SERVER)
    await rig.breakConnections()
    expect(await client.request('m', 1)).toEqual(['m', 1])
    expect(server.sessionInfo('c')).toMatchObject({ id, connected: true })
  })
})

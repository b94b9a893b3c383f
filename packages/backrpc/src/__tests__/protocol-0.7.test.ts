// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { FakeTickManager } from '@hcengineering/network-core'
import { Dealer, Router } from 'zeromq'
import { BackRPCClient } from '../rpc-client'
import { BackRPCServer } from '../rpc-server'
import { HOST, until } from './rig'

const textsOf = (parts: readonly Buffer[]): string[] => parts.map((part) => part.toString())

describe('a 0.7 client of our server', () => {
  const ticks = new FakeTickManager()
  const log: unknown[] = []
  const answers: (() => Promise<void>)[] = []
  let server: BackRPCServer
  let dealer: Dealer
  const read = async (): Promise<string[]> => textsOf(await dealer.receive())

  beforeEach(async () => {
    log.length = answers.length = 0
    server = new BackRPCServer(
      {
        requestHandler: async (_client, method, params, send) => {
          if (method === 'fail') throw new Error('nope')
          if (method === 'hold') answers.push(async () => await send(params))
          else await send([method, params])
        },
        helloHandler: (client, { ours }) => {
          log.push(['hello', client, ours])
        },
        closeHandler: (client, timedOut) => {
          log.push(['close', client, timedOut])
        }
      },
      ticks,
      HOST
    )
    dealer = new Dealer({ linger: 0 })
    dealer.connect(`tcp://${HOST}:${await server.getPort()}`)
  })

  afterEach(async () => {
    dealer.close()
    await server.close()
  })

  async function hello(): Promise<void> {
    await dealer.send(['0', 'old', '{"aliveTimeout":3}', ''])
    expect(await read()).toEqual(['0', server.uuid, ''])
  }

  it('is answered as the recorded run was', async () => {
    await hello()
    expect(log).toEqual([['hello', 'old', false]])
    await dealer.send(['1', 'old-0', '["ak",{}]'])
    expect(await read()).toEqual(['2', 'old-0', '["ak",{}]'])
    await dealer.send(['1', 'old-1', '["fail",null]'])
    const [operation, id, payload] = await read()
    expect([operation, id]).toEqual(['3', 'old-1'])
    expect(JSON.parse(payload)).toMatchObject({ message: 'nope', code: 'REMOTE_ERROR' })
    expect(JSON.parse(payload)).not.toHaveProperty('stack')
    await dealer.send(['5', '', '', ''])
    expect(await read()).toEqual(['6', server.uuid, ''])
    await server.send('old', { said: 'hi' })
    expect(await read()).toEqual(['4', '', '{"said":"hi"}'])
    await dealer.send(['8', '', '', ''])
    await until(() => log.length === 2)
    expect(log[1]).toEqual(['close', 'old', false])
  })

  it('answers requests of our server', async () => {
    await hello()
    const pending = server.request('old', 'gg', ['a', 1])
    expect(await read()).toEqual(['1', 'old-0', '["gg",["a",1]]'])
    await dealer.send(['2', 'old-0', '["uuid","endpoint"]'])
    expect(await pending).toEqual(['uuid', 'endpoint'])
    const failing = server.request('old', 'gg', undefined)
    expect(await read()).toEqual(['1', 'old-1', '["gg",null]'])
    await dealer.send(['3', 'old-1', '{"message":"nope","stack":"Error: nope"}'])
    await expect(failing).rejects.toMatchObject({ code: 'REMOTE_ERROR', message: 'nope' })
  })

  it('is told to retry beyond 25 requests in flight, and none runs twice', async () => {
    await hello()
    for (let n = 0; n < 26; n++) await dealer.send(['1', `old-${n}`, `["hold",${n}]`])
    expect(await read()).toEqual(['7', 'old-25', '1'])
    await dealer.send(['1', 'old-0', '["hold",0]'])
    await dealer.send(['5', '', '', ''])
    expect((await read())[0]).toBe('6')
    await answers[0]()
    expect(await read()).toEqual(['2', 'old-0', '0'])
    await dealer.send(['1', 'old-25', '["hold",25]'])
    await until(() => answers.length === 26)
    await answers[25]()
    expect(await read()).toEqual(['2', 'old-25', '25'])
    expect(answers).toHaveLength(26)
  })

  it('is told to retry and to say hello when it is not known', async () => {
    await dealer.send(['1', 'old-0', '["ak",{}]'])
    expect(await read()).toEqual(['7', 'old-0', '1'])
    expect(await read()).toEqual(['9', '', ''])
    await hello()
    await dealer.send(['1', 'old-0', '["ak",{}]'])
    expect(await read()).toEqual(['2', 'old-0', '["ak",{}]'])
  })

  it('keeps its session when it comes back under another address', async () => {
    await hello()
    await dealer.send(['1', 'old-0', '["hold",0]'])
    await until(() => answers.length === 1)
    const again = new Dealer({ linger: 0 })
    again.connect(`tcp://${HOST}:${await server.getPort()}`)
    await again.send(['0', 'old', '{"aliveTimeout":3}', ''])
    expect(textsOf(await again.receive())).toEqual(['0', server.uuid, ''])
    await answers[0]()
    expect(textsOf(await again.receive())).toEqual(['2', 'old-0', '0'])
    expect(log).toEqual([['hello', 'old', false]])
    again.close()
  })
})

describe('our client of a 0.7 server', () => {
  const ticks = new FakeTickManager()
  let router: Router
  let client: BackRPCClient
  let registered = 0
  let routingId: Buffer
  const read = async (): Promise<string[]> => {
    const [id, ...parts] = await router.receive()
    routingId = id
    return textsOf(parts)
  }
  const say = async (...parts: string[]): Promise<void> => await router.send([routingId, ...parts])

  beforeEach(async () => {
    registered = 0
    router = new Router({ linger: 0 })
    await router.bind(`tcp://${HOST}:*`)
    const port = Number(router.lastEndpoint?.split(':').at(-1))
    client = new BackRPCClient(
      'new',
      {
        requestHandler: async (method, params, send) => await send([method, params]),
        onRegister: () => {
          registered++
        }
      },
      HOST,
      port,
      ticks
    )
    const [operation, id, payload, fourth] = await read()
    expect([operation, id, fourth]).toEqual(['0', 'new', ''])
    expect(JSON.parse(payload)).toMatchObject({ aliveTimeout: 3 })
  })

  afterEach(async () => {
    await client.closeAsync()
    router.close()
  })

  it('asks and answers as the recorded run did', async () => {
    await say('0', 'server-1', '')
    await client.waitConnection()
    const pending = client.request('cl', { kind: undefined })
    expect(await read()).toEqual(['1', 'new-0', '["cl",{}]'])
    await say('2', 'new-0', '[]')
    expect(await pending).toEqual([])
    const failing = client.request('cs', ['room', 'fail', null])
    expect(await read()).toEqual(['1', 'new-1', '["cs",["room","fail",null]]'])
    await say('3', 'new-1', '{"message":"nope","stack":"Error: nope"}')
    await expect(failing).rejects.toMatchObject({ code: 'REMOTE_ERROR', message: 'nope' })
    await say('1', 'new-0', '["gg",["agent"]]')
    expect(await read()).toEqual(['2', 'new-0', '["gg",["agent"]]'])
    await ticks.advance(1_000)
    expect(await read()).toEqual(['5', '', '', ''])
    await say('6', 'server-1', '')
    client.close()
    expect(await read()).toEqual(['8', '', '', ''])
    expect(registered).toBe(1)
  })

  it('has no more than 25 requests in flight', async () => {
    await say('0', 'server-1', '')
    await client.waitConnection()
    const pending = Array.from({ length: 30 }, async (_, n) => await client.request('n', n))
    for (let n = 0; n < 25; n++) expect((await read())[1]).toBe(`new-${n}`)
    await say('2', 'new-3', '3')
    expect(await pending[3]).toBe(3)
    expect((await read())[1]).toBe('new-25')
    const failures = Promise.allSettled(pending)
    client.close()
    await failures
  })

  it('tries again after the ticks that it is told', async () => {
    await say('0', 'server-1', '')
    const pending = client.request('m', 1)
    expect(await read()).toEqual(['1', 'new-0', '["m",1]'])
    await say('7', 'new-0', '2')
    // An answered request shows that the retry has arrived
    const other = client.request('other', 1)
    expect((await read())[1]).toBe('new-1')
    await say('2', 'new-1', '1')
    await other
    await ticks.advance(99)
    await ticks.advance(1)
    expect(await read()).toEqual(['1', 'new-0', '["m",1]'])
    await say('2', 'new-0', '"done"')
    expect(await pending).toBe('done')
  })

  it('says hello and sets up its session when the server does not know it, and sends again what was refused', async () => {
    await say('0', 'server-1', '')
    const pending = client.request('m', 1, { resend: false })
    expect(await read()).toEqual(['1', 'new-0', '["m",1]'])
    await say('7', 'new-0', '1')
    await say('9', '', '')
    expect((await read())[0]).toBe('0')
    await say('0', 'server-1', '')
    await ticks.advance(50)
    expect(await read()).toEqual(['1', 'new-0', '["m",1]'])
    await say('2', 'new-0', '"done"')
    expect(await pending).toBe('done')
    expect(registered).toBe(2)
  })

  it('refuses requests beyond its limit to a server that may not know what to retry means', async () => {
    await client.closeAsync()
    const held: unknown[] = []
    const handlers = {
      requestHandler: (method: string) => {
        held.push(method)
      }
    }
    client = new BackRPCClient('new', handlers, HOST, client.port, ticks, { limits: { maxInFlight: 1 } })
    expect((await read())[0]).toBe('8')
    expect((await read())[0]).toBe('0')
    await say('0', 'server-1', '')
    await say('1', 'new-0', '["one",null]')
    await say('1', 'new-1', '["two",null]')
    const [operation, id, payload] = await read()
    expect([operation, id]).toEqual(['3', 'new-1'])
    expect(JSON.parse(payload)).toMatchObject({ code: 'OVERLOADED' })
    expect(held).toEqual(['one'])
  })

  it('notices by the pong that the server is another one', async () => {
    await say('0', 'server-1', '')
    await client.waitConnection()
    await ticks.advance(1_000)
    expect((await read())[0]).toBe('5')
    await say('6', 'server-2', '')
    expect((await read())[0]).toBe('0')
    await say('0', 'server-2', '')
    await until(() => registered === 2)
    expect(client.serverId).toBe('server-2')
  })
})

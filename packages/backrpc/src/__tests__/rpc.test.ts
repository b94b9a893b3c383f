// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { BackRPCClient } from '../rpc-client'
import type { BackRPCServer } from '../rpc-server'
import { defer, HOST, transports, until, type Rig } from './rig'

describe.each(transports)('rpc over %s', (_name, make) => {
  let rig: Rig

  beforeEach(() => {
    rig = make()
  })

  afterEach(async () => {
    await rig.close()
  })

  it('answers requests; an undefined field is left out, and protocol 1 has null for undefined', async () => {
    const { port } = await rig.server()
    const client = rig.client('c', port)
    expect(await client.request('hello', { a: 1, b: undefined })).toEqual(['hello', { a: 1 }])
    expect(await client.request('none', undefined)).toEqual(['none', rig.protocol === 1 ? null : undefined])
  })

  it('answers requests of the server', async () => {
    const { server, port } = await rig.server()
    const client = rig.client('c', port)
    await client.waitConnection()
    expect(await server.request('c', 'ask', { n: 1 })).toEqual(['ask', { n: 1 }])
  })

  it('carries errors with message and code, without stack', async () => {
    const { server, port } = await rig.server({
      requestHandler: (_client, method) => {
        if (method === 'own') throw new NetworkError('KIND_MISMATCH', 'another kind', { stage: 'looking' })
        throw Object.assign(new Error('nope'), { code: 'E_NOPE' })
      }
    })
    const client = rig.client('c', port, {
      requestHandler: async () => {
        await Promise.resolve()
        throw new Error('not me')
      }
    })
    const failure = await client.request('any', 1).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'REMOTE_ERROR', message: 'nope', remoteCode: 'E_NOPE' })
    expect((failure as Error).stack).not.toContain('rpc.test.ts:2')
    await expect(client.request('own', 1)).rejects.toMatchObject({ code: 'KIND_MISMATCH', stage: 'looking' })
    await expect(server.request('c', 'any', 1)).rejects.toMatchObject({ code: 'REMOTE_ERROR', message: 'not me' })
  })

  it('answers whatever is thrown, and executes nothing again for it', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const cycle: Record<string, unknown> = Object.assign(Object.create(null) as object, { toString: 1 })
    cycle.self = cycle
    const thrown: readonly unknown[] = [
      cycle,
      proxy,
      Object.assign(new Error('x'), { message: Symbol('x') }),
      new NetworkError('INTERNAL', 'odd', { stage: (() => 1) as unknown as string }),
      {
        get code(): string {
          throw new Error('no code')
        }
      }
    ]
    let paid = 0
    const { port } = await rig.server({
      requestHandler: async (_client, method, params: number, send) => {
        if (method === 'later') await Promise.resolve()
        if (method !== 'pay') throw thrown[params]
        paid++
        await send(paid)
      }
    })
    const client = rig.client('c', port)
    for (const method of ['now', 'later']) {
      const failures = thrown.map(async (_each, index) => await client.request(method, index).catch((e: unknown) => e))
      const [payment, ...answers] = await Promise.all([client.request('pay', 0), ...failures])
      expect(payment).toBe(method === 'now' ? 1 : 2)
      for (const answer of answers) expect(answer).toBeInstanceOf(NetworkError)
    }
    expect(paid).toBe(2)
  })

  it('is answered by a handler that then drops the client, and told what was sent before', async () => {
    const events: unknown[] = []
    const { server, port } = await rig.server({
      requestHandler: async (client, _method, _params, send) => {
        await server.send(client, 'last words')
        await send('bye')
        server.dropClient(client)
      }
    })
    const client = rig.client('c', port, {
      onEvent: (event) => {
        events.push(event)
      }
    })
    expect(await client.request('logout', 1)).toBe('bye')
    await until(() => events.length === 1)
    expect(events).toEqual(['last words'])
  })

  it('survives an error whose texts are as large as a message may be, and shortens them', async () => {
    const { port } = await rig.server({
      requestHandler: () => {
        throw Object.assign(new Error('m'.repeat(5_000_000)), { code: 'c'.repeat(5_000_000) })
      }
    })
    const client = rig.client('c', port)
    const failure = (await client.request('any', 1).catch((error: unknown) => error)) as NetworkError
    expect(failure.code).toBe('REMOTE_ERROR')
    expect(failure.message.length).toBeLessThan(100_000)
    expect(failure.remoteCode?.length).toBeLessThan(1_000)
  })

  it('settles every request when more answers are ready at once than may wait', async () => {
    const { server, port } = await rig.server(
      {
        requestHandler: async (_client, _method, size, send) => await send('x'.repeat(size as number))
      },
      { limits: { maxUnsentBytes: 100_000 } }
    )
    const client = rig.client('c', port)
    const outcomes = await Promise.all(
      Array.from(
        { length: 12 },
        async () =>
          await client.request('big', 90_000).then(
            () => 'ok',
            (error: NetworkError) => error.code
          )
      )
    )
    expect(outcomes.filter((outcome) => outcome !== 'ok' && outcome !== 'OUTCOME_UNKNOWN')).toEqual([])
    expect(outcomes).toContain('ok')
    expect(await client.request('big', 1)).toBe('x')
    expect(server.stats.sessions).toBe(1)
  })

  it('answers once, whatever a handler does besides', async () => {
    const { server, port } = await rig.server({
      requestHandler: async (_client, _method, _params, send) => {
        await send('first')
        await send('second')
        throw new Error('third')
      }
    })
    const client = rig.client('c', port)
    expect(await client.request('any', 1)).toBe('first')
    expect(await client.request('any', 1)).toBe('first')
    expect(server.stats).toMatchObject({ requests: 2, sessions: 1 })
  })

  it('waits for an answer that a handler gives after it returned', async () => {
    let answer: ((value: unknown) => Promise<void>) | undefined
    const { port } = await rig.server({
      requestHandler: (_client, _method, _params, send) => {
        answer = send
      }
    })
    const pending = rig.client('c', port).request('later', 1)
    await until(() => answer !== undefined)
    await answer?.('now')
    expect(await pending).toBe('now')
  })

  it('has 200 requests in flight that are answered only when all have arrived', async () => {
    const arrived: (() => Promise<void>)[] = []
    const { port } = await rig.server({
      requestHandler: async (_client, _method, params, send) => {
        arrived.push(async () => await send(params))
        if (arrived.length === 200) for (const answer of arrived) await answer()
      }
    })
    const client = rig.client('c', port)
    const answers = await Promise.all(Array.from({ length: 200 }, async (_, n) => await client.request('n', n)))
    expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => n))
  })

  it('executes more requests than may be in flight, in order', async () => {
    const seen: number[] = []
    const { port } = await rig.server({
      requestHandler: async (_client, _method, params: number, send) => {
        seen.push(params)
        await send(params)
      }
    })
    const client = rig.client('c', port)
    const numbers = Array.from({ length: 3_000 }, (_, n) => n)
    expect(await Promise.all(numbers.map(async (n) => await client.request('n', n)))).toEqual(numbers)
    expect(seen).toEqual(numbers)
  })

  it('sets up a new session before anything that waited', async () => {
    const seen: string[] = []
    const { port } = await rig.server({
      requestHandler: async (_client, method, _params, send) => {
        seen.push(method)
        await send(method)
      }
    })
    const client = rig.client('c', port, {
      onRegister: async () => {
        await client.request('register-1', 1)
        await Promise.all([client.request('register-2', 1), client.request('register-3', 1)])
      }
    })
    await Promise.all([client.request('early-1', 1), client.request('early-2', 1)])
    expect(seen).toEqual(['register-1', 'register-2', 'register-3', 'early-1', 'early-2'])
  })

  it('goes on when setting up a session fails', async () => {
    const { port } = await rig.server()
    const client = rig.client('c', port, { onRegister: () => Promise.reject(new Error('no')) })
    expect(await client.request('m', 1)).toEqual(['m', 1])
  })

  it('delivers messages without answer in order, both ways', async () => {
    const atServer: unknown[] = []
    const atClient: unknown[] = []
    const { server, port } = await rig.server({
      eventHandler: (client, body) => {
        atServer.push([client, body])
      }
    })
    const client = rig.client('c', port, {
      onEvent: (event) => {
        atClient.push(event)
      }
    })
    const numbers = Array.from({ length: 500 }, (_, n) => n)
    await Promise.all(numbers.map(async (n) => await client.send(n)))
    await client.waitConnection()
    await Promise.all(numbers.map(async (n) => await server.send('c', n)))
    await until(() => atServer.length === 500 && atClient.length === 500)
    expect(atServer).toEqual(numbers.map((n) => ['c', n]))
    expect(atClient).toEqual(numbers)
  })

  it('tells the server about a new session before its requests, and waits for what it does then', async () => {
    const log: unknown[] = []
    const greeted = defer()
    const { port } = await rig.server({
      helloHandler: async (client, info) => {
        log.push([client, info])
        await greeted.promise
        log.push('greeted')
      },
      requestHandler: async (_client, method, _params, send) => {
        log.push(method)
        await send(method)
      }
    })
    const client = rig.client('c', port)
    await client.waitConnection()
    const pending = client.request('m', 1)
    await client.send('x')
    greeted.resolve()
    await pending
    expect(log).toEqual([['c', { ours: true, resumed: false, previousSession: '' }], 'greeted', 'm'])
  })

  it('holds so many bytes of events while a hello is handled, and tells how many more it dropped', async () => {
    const log: unknown[] = []
    const greeted = defer()
    const { server, port } = await rig.server(
      {
        helloHandler: () => greeted.promise,
        eventHandler: (_client, body: string) => {
          log.push(body.length)
        },
        gapHandler: (_client, gap) => {
          log.push(gap)
        },
        requestHandler: async (_client, _method, _params, send) => await send('done')
      },
      { limits: { maxUnsentBytes: 5_000 } }
    )
    const client = rig.client('c', port)
    await client.waitConnection()
    for (let n = 0; n < 5; n++) await client.send('x'.repeat(2_000))
    const held = client.request('m', null)
    // It is read behind the events
    await until(() => server.sessionInfo('c')?.runningRequests === 1)
    greeted.resolve()
    await held
    expect(log).toEqual([2_000, 2_000, { lost: 3, reason: 'too much came while the hello was being handled' }])
  })

  it('says goodbye, once', async () => {
    const closed: unknown[] = []
    const { server, port } = await rig.server({
      closeHandler: (client, timedOut) => {
        closed.push([client, timedOut])
      }
    })
    const client = rig.client('c', port, { requestHandler: () => {} })
    await client.waitConnection()
    const asked = server.request('c', 'never answered', 1)
    const pending = client.request('m', 1)
    client.close()
    client.close()
    expect(client.closed).toBe(true)
    await expect(pending).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(client.request('m', 1)).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(client.send(1)).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(client.waitConnection()).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(asked).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    await client.done
    expect(closed).toEqual([['c', false]])
    await expect(server.request('c', 'm', 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(server.send('c', 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('sends what a handler of a client has answered and said before it closes it', async () => {
    const events: unknown[] = []
    const { server, port } = await rig.server({
      eventHandler: (_client, event) => {
        events.push(event)
      }
    })
    const client: BackRPCClient = rig.client('c', port, {
      requestHandler: async (_method, _params, send) => {
        const answered = send('answer')
        void client.send('the last word')
        client.close()
        await answered
      }
    })
    await client.waitConnection()
    expect(await server.request('c', 'm', 1)).toBe('answer')
    await until(() => events.length > 0)
    expect(events).toEqual(['the last word'])
  })

  it('sends what a handler of a server has answered and said before it closes it', async () => {
    const events: unknown[] = []
    const { server, port }: { server: BackRPCServer; port: number } = await rig.server({
      requestHandler: async (client, _method, _params, send) => {
        const answered = send('answer')
        void server.send(client, 'the last word')
        void server.close()
        await answered
      }
    })
    const client = rig.client('c', port, {
      onEvent: async (event) => {
        events.push(event)
      }
    })
    await client.waitConnection()
    expect(await client.request('m', 1)).toBe('answer')
    await until(() => events.length > 0)
    expect(events).toEqual(['the last word'])
  })

  it('closes while the server is down, and rejects what is pending', async () => {
    const { server, port } = await rig.server()
    await server.close()
    const client = rig.client('c', port)
    const pending = client.request('m', 1)
    const waiting = client.waitConnection()
    await until(() => client.lastError !== undefined)
    client.close()
    await expect(pending).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' })
    await client.done
  })

  it('says where and why there is no connection', async () => {
    const { server, port } = await rig.server()
    await server.close()
    const client = rig.client('c', port)
    await until(() => client.lastError !== undefined)
    const waiting = client.waitConnection(500)
    const request = client.request('m', 1, { timeoutMs: 400 })
    const failures = Promise.allSettled([waiting, request])
    await rig.ticks.advance(500)
    const [waited, asked] = (await failures).map((each) => (each as PromiseRejectedResult).reason as NetworkError)
    expect(waited).toMatchObject({ code: 'UNAVAILABLE' })
    expect(waited.message).toContain(`No connection to ${HOST}:${port} within 500 ms: `)
    expect(waited.message).toContain((client.lastError as NetworkError).message)
    expect(asked).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      stage: `waiting for the connection to ${HOST}:${port}`
    })
  })

  it('rejects the port when it cannot listen, and disturbs nobody else', async () => {
    const { port } = await rig.server()
    const failure = await rig.server({}, {}, port).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining(`${HOST}:${port}`) })
  })

  it('refuses what is too large before it leaves, and tells who asked for too much', async () => {
    const large = 'x'.repeat(5 * 1024 * 1024)
    const { server, port } = await rig.server(
      { requestHandler: async (_client, method, _params, send) => await send(method === 'large' ? large : 'ok') },
      { limits: { maxAnswerBytes: 5 * 1024 * 1024 } }
    )
    const client = rig.client('c', port)
    await expect(client.request('m', large)).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await expect(client.request('large', 1)).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await expect(client.send(() => 1)).rejects.toMatchObject({ code: 'UNSUPPORTED_VALUE' })
    expect(await client.request('m', 1)).toBe('ok')
    expect(server.stats).toMatchObject({ garbage: 0, sessions: 1 })
  })

  it('brings answers larger than a message, and what is small does not wait for them; not in protocol 1', async () => {
    const bytes = Buffer.alloc(9 * 1024 * 1024)
    for (let i = 0; i < bytes.length; i += 4096) bytes.writeUInt32LE(i, i)
    const { port } = await rig.server({
      requestHandler: async (_client, method, _params, send) => await send(method === 'large' ? bytes : 'ok')
    })
    const client = rig.client('c', port)
    if (rig.protocol === 1) {
      await expect(client.request('large', 1)).rejects.toMatchObject({ code: 'TOO_LARGE' })
      return
    }
    const order: string[] = []
    const ask = async (method: string): Promise<Uint8Array> => {
      const answer = (await client.request(method, 1)) as Uint8Array
      order.push(method)
      return answer
    }
    const large = ['large', 'large', 'large'].map(ask)
    await Promise.all(['small', 'small'].map(ask))
    for (const answer of await Promise.all(large)) expect(Buffer.compare(answer, bytes)).toBe(0)
    expect(order).toEqual(['small', 'small', 'large', 'large', 'large'])
  })

  it('sets up the session anew with a restarted server, and sends again what may be sent again', async () => {
    const first = await rig.server({ requestHandler: () => {} })
    const registered: string[] = []
    const client = rig.client('c', first.port, {
      onRegister: () => {
        registered.push(client.serverId)
      }
    })
    await client.waitConnection()
    const again = client.request('again', 1)
    const once = client.request('once', 1, { resend: false })
    await until(() => first.server.stats.requests === 2)
    await first.server.close()
    await until(() => !client.connected)
    const late = client.request('late', 1, { resend: false })
    const { server: second } = await rig.server({}, {}, first.port)
    await expect(once).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(await again).toEqual(['again', 1])
    expect(await late).toEqual(['late', 1])
    expect(registered).toEqual([first.server.uuid, second.uuid])
  })

  it('makes a dropped client set up its session again', async () => {
    const log: unknown[] = []
    const { server, port } = await rig.server({
      helloHandler: (client, { previousSession }) => {
        log.push(['hello', client, previousSession !== ''])
      },
      closeHandler: (client, timedOut) => {
        log.push(['close', client, timedOut])
      }
    })
    let registered = 0
    const client = rig.client('c', port, {
      onRegister: () => {
        registered++
      }
    })
    await client.waitConnection()
    server.dropClient('c')
    expect(await client.request('m', 1, { resend: false })).toEqual(['m', 1])
    expect(registered).toBe(2)
    expect(log).toEqual([
      ['hello', 'c', false],
      ['close', 'c', true],
      ['hello', 'c', true]
    ])
  })

  it('is not disturbed by handlers that fail', async () => {
    const { server, port } = await rig.server({
      helloHandler: () => Promise.reject(new Error('hello')),
      eventHandler: () => {
        throw new Error('event')
      }
    })
    const client = rig.client('c', port, {
      onEvent: () => Promise.reject(new Error('event')),
      onSession: () => {
        throw new Error('session')
      }
    })
    await client.send(1)
    expect(await client.request('m', 1)).toEqual(['m', 1])
    await server.send('c', 1)
    expect(await server.request('c', 'm', 1)).toEqual(['m', 1])
  })
})

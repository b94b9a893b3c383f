// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, Unread } from '@hcengineering/network-core'
import type { CallContext } from '../runtime/call-context'
import { CLIENT, defer, MemoryRig, Rig, SERVER, transports } from './rig'

describe.each(transports)('calls over %s', (name, make) => {
  let rig: Rig

  beforeEach(() => {
    rig = make()
  })

  afterEach(async () => {
    await rig.close()
  })

  it('carry a route apart from data, which is passed on and read at the end', async () => {
    const end = await rig.server({
      requestHandler: async (_client, _method, [to, data], send) => await send([to, data])
    })
    const onward = rig.client('relay', end.port)
    const relay = await rig.server(
      {
        requestHandler: async (_client, method, [to, data], send) => {
          if (rig.protocol === 2) expect(data).toBeInstanceOf(Unread)
          await send(await onward.request(method, data, { route: [`${to}!`], unread: true }))
        }
      },
      { unreadRoutes: true }
    )
    const client = rig.client('c', relay.port)
    expect(await client.request('m', { a: [1, 'x'] }, { route: ['somewhere'] })).toEqual([
      'somewhere!',
      { a: [1, 'x'] }
    ])
  })

  it('never hand over what is unread to who has not asked for it, requests and events, both ways', async () => {
    const seen: unknown[] = []
    const { server, port } = await rig.server({
      requestHandler: async (_client, _method, params, send) => await send(seen.push(params)),
      eventHandler: (_client, body) => {
        seen.push(body)
      }
    })
    const client = rig.client('c', port, {
      requestHandler: async (_method, params, send) => await send(seen.push(params)),
      onEvent: (event) => {
        seen.push(event)
      }
    })
    const route = ['to', 'x']
    await client.send({ n: 1 }, { route })
    await client.request('m', { n: 2 }, { route })
    await server.send('c', { n: 3 }, { route })
    await server.request('c', 'm', { n: 4 }, { route })
    const data = (seen as unknown[][]).map((content) => content[2])
    expect(data.some((each) => each instanceof Unread)).toBe(false)
    expect(data).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }])
  })

  it('refuse a route that cannot travel', async () => {
    const { port } = await rig.server()
    const client = rig.client('c', port)
    const invalid = { code: 'INVALID_ARGUMENT' }
    await expect(client.request('m', 1, { route: new Array(9).fill('x') })).rejects.toMatchObject(invalid)
    await expect(client.request('m', 1, { route: ['ä'.repeat(129)] })).rejects.toMatchObject(invalid)
    await expect(client.send(1, { route: ['x'.repeat(257)] })).rejects.toMatchObject(invalid)
  })

  it('tell who answers how much time is left', async () => {
    const { port } = await rig.server({
      requestHandler: async (_client, _method, _params, send, context) => await send(context?.timeoutMs)
    })
    const client = rig.client('c', port)
    await client.waitConnection()
    const left = await client.request('m', null, { timeoutMs: 1234 })
    expect(left).toBe(rig.protocol === 2 ? 1234 : 0)
    expect(await client.request('m', null, { timeoutMs: 0 })).toBe(0)
  })

  it('end with CANCELLED when they are cancelled, and tell who answers', async () => {
    const began = defer<CallContext>()
    const { port, server } = await rig.server({
      requestHandler: (_client, method, _params, send, context) => {
        if (method === 'wait') began.resolve(context as CallContext)
        else void send(method)
      }
    })
    const client = rig.client('c', port)
    const controller = new AbortController()
    const waiting = client.request('wait', null, { signal: controller.signal })
    const context = await began.promise
    const aborted = defer()
    context.signal.addEventListener('abort', () => aborted.resolve())
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED', message: expect.stringContaining('enough') })
    if (rig.protocol === 1) return
    await aborted.promise
    expect(context.aborted).toBe(true)
    expect(server.sessionInfo('c')?.runningRequests).toBe(0)
    expect(await client.request('next', null)).toBe('next')
  })

  it('are not made when they are cancelled before', async () => {
    let asked = 0
    const { port } = await rig.server({
      requestHandler: () => {
        asked++
      }
    })
    const client = rig.client('c', port)
    const options = { signal: AbortSignal.abort() }
    await expect(client.request('m', null, options)).rejects.toMatchObject({ code: 'CANCELLED' })
    await client.waitConnection()
    expect(asked).toBe(0)
  })

  it('that are cancelled before they are begun take no place of others, however many', async () => {
    const greeted = defer()
    const limits = { maxInFlight: 2, maxInFlightProtocol1: 2 }
    const { port } = await rig.server({ helloHandler: () => greeted.promise }, { limits })
    const client = rig.client('c', port)
    await client.waitConnection()
    for (let n = 0; n < 20; n++) {
      const controller = new AbortController()
      const waiting = client.request('m', n, { signal: controller.signal })
      controller.abort()
      await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    }
    greeted.resolve()
    expect(await client.request('last', 1)).toEqual(['last', 1])
  })

  it('of the server can be cancelled too', async () => {
    const { port, server } = await rig.server()
    const began = defer<CallContext>()
    const client = rig.client('c', port, {
      requestHandler: (_method, _params, _send, context) => began.resolve(context as CallContext)
    })
    await client.waitConnection()
    const controller = new AbortController()
    const waiting = server.request('c', 'm', null, { signal: controller.signal })
    const context = await began.promise
    const aborted = defer()
    context.signal.addEventListener('abort', () => aborted.resolve())
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    if (rig.protocol === 2) await aborted.promise
  })

  it('leave no listeners behind', async () => {
    const { port } = await rig.server()
    const client = rig.client('c', port)
    const listeners = new Set<() => void>()
    const signal = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void): void => {
        listeners.add(listener)
      },
      removeEventListener: (_type: 'abort', listener: () => void): void => {
        listeners.delete(listener)
      }
    }
    await client.request('m', null, { signal })
    expect(listeners.size).toBe(0)
  })
})

describe('a call that nobody waits for', () => {
  it('gives its place to others when its deadline has passed', async () => {
    const rig = new MemoryRig()
    try {
      const aborted: string[] = []
      const { port, server } = await rig.server({
        requestHandler: (_client, method, _params, _send, context) =>
          context?.signal.addEventListener('abort', () => aborted.push(method))
      })
      const client = rig.client('c', port)
      await rig.ticks.advance(50)
      const calls = ['a', 'b'].map(async (method) => await client.request(method, null, { timeoutMs: 500 }))
      const outcomes = Promise.allSettled(calls)
      await rig.ticks.advance(600)
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'DEADLINE_EXCEEDED' } })
      }
      await rig.ticks.advance(10)
      expect(aborted).toEqual(['a', 'b'])
      expect(server.sessionInfo('c')?.runningRequests).toBe(0)
    } finally {
      await rig.close()
    }
  })

  it('gives its place to others when its deadline has passed while the connection was down, behind one that stays', async () => {
    const rig = new MemoryRig()
    try {
      const aborted: string[] = []
      const { port, server } = await rig.server({
        requestHandler: (_client, method, _params, _send, context) =>
          context?.signal.addEventListener('abort', () => aborted.push(method))
      })
      const client = rig.client('c', port)
      await rig.ticks.advance(50)
      const poll = client.request('poll', null, { timeoutMs: 0 })
      poll.catch(() => {})
      const short = client.request('short', null, { timeoutMs: 500 })
      const ended = expect(short).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
      await rig.ticks.advance(10)
      rig.network.refuse(SERVER, true)
      rig.network.breakConnections(CLIENT)
      await rig.ticks.advance(600)
      await ended
      rig.network.refuse(SERVER, false)
      await rig.ticks.advance(500)
      expect(aborted).toEqual(['short'])
      expect(server.sessionInfo('c')?.runningRequests).toBe(1)
    } finally {
      await rig.close()
    }
  })

  it('is told so when its caller is gone', async () => {
    const rig = new MemoryRig()
    try {
      const aborted = defer()
      const began = defer()
      const { port } = await rig.server({
        requestHandler: (_client, _method, _params, _send, context) => {
          context?.signal.addEventListener('abort', () => aborted.resolve())
          began.resolve()
        }
      })
      const client = rig.client('c', port)
      const waiting = client.request('m', null)
      const gone = expect(waiting).rejects.toBeInstanceOf(NetworkError)
      await rig.ticks.advance(50)
      await began.promise
      client.close()
      await rig.ticks.advance(50)
      await aborted.promise
      await gone
    } finally {
      await rig.close()
    }
  })
})

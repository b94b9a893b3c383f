// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { accepted } from '@hcengineering/network-core'
import { transports, until, type Rig } from './rig'

const MANY = 900

/** A client over the native binding that closes drops what its socket had no room for. */
const own = transports.filter(([name]) => !name.startsWith('zeromq'))

describe.each(own)('more than a turn bears, over %s', (_name, make) => {
  let rig: Rig

  beforeEach(() => {
    rig = make()
  })

  afterEach(async () => {
    await rig.close()
  })

  const numbers = Array.from({ length: MANY }, (_, n) => n)

  it('is handled in the order in which it was sent, and answered', async () => {
    const seen: unknown[] = []
    const { port } = await rig.server({
      requestHandler: async (_client, _method, n, send) => {
        seen.push(n)
        await send(n)
      },
      eventHandler: (_client, n) => {
        seen.push(n)
      }
    })
    const client = rig.client('c', port)
    await client.waitConnection()
    // Events go before requests that wait for their turn
    await Promise.all(numbers.map(async (n) => await client.send(n)))
    await expect(Promise.all(numbers.map(async (n) => await client.request('m', n)))).resolves.toEqual(numbers)
    expect(seen).toEqual([...numbers, ...numbers])
  })

  it('is handled before the answer that comes behind it', async () => {
    const seen: unknown[] = []
    const { port, server } = await rig.server({
      eventHandler: (_client, n) => {
        seen.push(n)
      }
    })
    const client = rig.client('c', port, {
      requestHandler: async (_method, _params, send) => {
        for (const n of numbers) client.send(n).catch(() => {})
        await send('answer')
      }
    })
    await client.waitConnection()
    seen.push(await server.request('c' as never, 'm', null))
    expect(seen).toEqual([...numbers, 'answer'])
  })

  it('is handled before the goodbye that comes behind it', async () => {
    const seen: unknown[] = []
    const { port } = await rig.server({
      eventHandler: (_client, n) => {
        seen.push(n)
      },
      closeHandler: () => {
        seen.push('closed')
      }
    })
    const client = rig.client('c', port)
    await client.waitConnection()
    await Promise.all(numbers.map(async (n) => await client.send(n)))
    client.close()
    await until(() => seen.includes('closed'))
    expect(seen).toEqual([...numbers, 'closed'])
  })

  it('tells many clients the same, and each what is for it alone, in order', async () => {
    const { server, port } = await rig.server()
    const got = new Map<string, unknown[]>()
    const clients = ['a', 'b', 'c']
    for (const id of clients) {
      const events: unknown[] = []
      got.set(id, events)
      const onEvent = (event: unknown): void => {
        events.push(event)
      }
      await rig.client(id, port, { onEvent }).waitConnection()
    }
    const told = { n: 0, to: 'all' }
    for (; told.n < 20; told.n++) {
      told.to = 'all'
      for (const id of clients) await server.send(id, told)
      for (const id of clients) {
        told.to = id
        await server.send(id, told)
      }
    }
    await until(() => [...got.values()].every(({ length }) => length === 40))
    for (const [id, events] of got) {
      expect(events).toEqual(Array.from({ length: 40 }, (_, i) => ({ n: i >> 1, to: i % 2 === 0 ? 'all' : id })))
    }
    // Nothing is to be told of each, so there is nothing of each
    expect(server.send('a', told)).toBe(accepted)
  })
})

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ClientRecorder } from '../testing/recorders'
import { CLIENT, HOST, MemoryRig, SERVER, until } from './rig'

const frames = (...parts: string[]): Uint8Array[] => parts.map((part) => Buffer.from(part))

describe('peers that behave badly', () => {
  let rig: MemoryRig

  beforeEach(() => {
    rig = new MemoryRig({ maxQueuedBytes: 1_000 })
  })

  afterEach(async () => {
    await rig.close()
  })

  /** A connection on which anything can be said. */
  async function raw(
    port: number
  ): Promise<{ told: ClientRecorder; say: (...parts: string[]) => void; texts: () => string[][] }> {
    const told = new ClientRecorder()
    const client = rig.network.node('raw').connect({ host: HOST, port }, told)
    await told.until(() => told.connections === 1)
    return {
      told,
      say: (...parts) => {
        client.send(frames(...parts))
      },
      texts: () => told.messages.map((message) => message.map((part) => Buffer.from(part).toString()))
    }
  }

  it('drops events of a reader that is too slow, tells the sender and then the reader, and serves it again', async () => {
    const log: unknown[] = []
    const { server, port } = await rig.server({}, { limits: { maxUnsentBytes: 2_000 } })
    const client = rig.client('c', port, {
      onEvent: (event: { n: number }) => {
        log.push(event.n)
      },
      onGap: (gap) => {
        log.push(gap)
      }
    })
    const other = rig.client('other', port)
    await client.waitConnection()
    rig.network.block(SERVER, CLIENT)
    const sends = Array.from({ length: 60 }, async (_, n) => await server.send('c', { n, text: 'x'.repeat(80) }))
    const results = await Promise.allSettled(sends)
    const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
    const accepted = 60 - refused.length
    expect(accepted).toBeGreaterThan(5)
    expect(accepted).toBeLessThan(40)
    expect(refused[0]).toMatchObject({ code: 'OVERLOADED', retryable: true })
    expect(server.sessionInfo('c')?.unsentBytes).toBeLessThanOrEqual(2_000)
    expect(server.stats.dropped).toBe(refused.length)
    rig.network.unblock(SERVER, CLIENT)
    await until(() => log.length === accepted + 1)
    await server.send('c', { n: 100 })
    await until(() => log.length === accepted + 2)
    const numbers = Array.from({ length: accepted }, (_, n) => n)
    expect(log).toEqual([...numbers, { lost: refused.length, reason: 'the reader was too slow' }, 100])
    expect(await other.request('m', 1)).toEqual(['m', 1])
  })

  it('ends the session of a client that asks and never reads the answers', async () => {
    const closed: unknown[] = []
    const { server, port } = await rig.server(
      {
        closeHandler: (client, timedOut) => {
          closed.push([client, timedOut])
        }
      },
      { limits: { maxUnsentBytes: 1_000 } }
    )
    const { say } = await raw(port)
    say('0', 'r', '{"aliveTimeout":3,"session":""}')
    rig.network.block(SERVER, 'raw')
    for (let n = 0; n < 200 && server.stats.sessions === (n === 0 ? 0 : 1); n++) {
      say('1', `r-${n}`, `["m","${'x'.repeat(100)}"]`)
      await new Promise(setImmediate)
    }
    expect(closed).toEqual([['r', true]])
  })

  it('cuts off a peer after ten frames of garbage, and serves the others', async () => {
    const closed: unknown[] = []
    const { server, port } = await rig.server({
      closeHandler: (client, timedOut) => {
        closed.push([client, timedOut])
      }
    })
    const client = rig.client('c', port)
    const { say, texts } = await raw(port)
    say('0', 'r', '{"aliveTimeout":3,"session":""}')
    for (let n = 0; n < 10; n++) say('x')
    say('1', 'r-1', '["m",1]')
    await until(() => texts().length === 2)
    expect(server.stats).toMatchObject({ garbage: 10, cutOff: 0 })
    say('x')
    say('1', 'r-2', '["m",2]')
    await until(() => server.stats.cutOff === 1)
    expect(closed).toEqual([['r', true]])
    expect(await client.request('m', 1)).toEqual(['m', 1])
    expect(server.stats.requests).toBe(2)
    expect(texts()).toHaveLength(2)
  })

  it('answers a request that it cannot read', async () => {
    const { port } = await rig.server()
    const { say, texts } = await raw(port)
    say('0', 'r', '{"aliveTimeout":3,"session":""}')
    say('1', 'r-1', '{broken')
    say('1', 'r-2', '["m",1]')
    await until(() => texts().length === 3)
    const [, refused, answered] = texts()
    expect(refused.slice(0, 2)).toEqual(['3', 'r-1'])
    expect(JSON.parse(refused[2])).toMatchObject({ code: 'PROTOCOL_ERROR' })
    expect(answered).toEqual(['2', 'r-2', '["m",1]'])
  })

  it('sends strangers to say hello, and does not execute what they ask', async () => {
    const { server, port } = await rig.server()
    const { say, texts } = await raw(port)
    say('1', 'r-1', '["m",1]')
    say('5', '', '')
    say('8', '', '')
    await until(() => texts().length === 3)
    expect(texts()).toEqual([
      ['7', 'r-1', '1'],
      ['9', '', ''],
      ['9', '', '']
    ])
    expect(server.stats).toMatchObject({ requests: 0, sessions: 0 })
  })

  it('lets no connection speak under two names', async () => {
    const { server, port } = await rig.server()
    const { say, texts } = await raw(port)
    say('0', 'one', '{"aliveTimeout":3}')
    say('0', 'two', '{"aliveTimeout":3}')
    say('1', 'one-1', '["m",1]')
    await until(() => texts().length === 2)
    expect(server.stats).toMatchObject({ sessions: 1, garbage: 1 })
    expect(server.sessionInfo('two')).toBeUndefined()
  })

  it('executes a request once that comes twice', async () => {
    const { server, port } = await rig.server()
    const { say, texts } = await raw(port)
    say('0', 'r', '{"aliveTimeout":3,"session":""}')
    say('1', 'r-1', '["m",1]')
    say('1', 'r-1', '["m",1]')
    await until(() => texts().length === 3)
    expect(texts()[1]).toEqual(texts()[2])
    expect(server.stats.requests).toBe(1)
  })

  it('says that it cannot know the answer any more when it was too large to be kept', async () => {
    const { server, port } = await rig.server({}, { limits: { maxAnsweredBytes: 10 } })
    const { say, texts } = await raw(port)
    say('0', 'r', '{"aliveTimeout":3,"session":""}')
    say('1', 'r-1', '["m","more than ten bytes"]')
    say('1', 'r-1', '["m","more than ten bytes"]')
    await until(() => texts().length === 3)
    expect(texts()[2].slice(0, 2)).toEqual(['3', 'r-1'])
    expect(JSON.parse(texts()[2][2])).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(server.stats.requests).toBe(1)
  })

  it('tells the server, too, how many messages of a client were dropped', async () => {
    const log: unknown[] = []
    const { port } = await rig.server({
      eventHandler: (_client, body: { n: number }) => {
        log.push(body.n)
      },
      gapHandler: (client, gap) => {
        log.push([client, gap])
      }
    })
    const client = rig.client('c', port, {}, { limits: { maxUnsentBytes: 1_000 } })
    await client.waitConnection()
    rig.network.block(CLIENT, SERVER)
    const sends = Array.from({ length: 60 }, async (_, n) => await client.send({ n, text: 'x'.repeat(80) }))
    const refused = (await Promise.allSettled(sends)).filter(({ status }) => status === 'rejected').length
    expect(refused).toBeGreaterThan(20)
    rig.network.unblock(CLIENT, SERVER)
    await until(() => log.length === 60 - refused + 1)
    expect(log.at(-1)).toEqual(['c', { lost: refused, reason: 'the reader was too slow' }])
  })

  it('forgets the answers that a client has got, and does not execute again', async () => {
    const { server, port } = await rig.server()
    const { say, texts } = await raw(port)
    say('0', 'r', '{"aliveTimeout":3,"session":""}')
    say('1', 'r-0', '["m",1]')
    say('5', '', '{"settled":1}')
    await until(() => texts().length === 3)
    expect(texts()[2].slice(0, 2)).toEqual(['6', server.uuid])
    say('1', 'r-0', '["m",1]')
    await until(() => texts().length === 4)
    expect(server.stats.requests).toBe(1)
    expect(texts().at(-1)?.join()).toContain('OUTCOME_UNKNOWN')
  })

  it('refuses requests when too many wait', async () => {
    const { port } = await rig.server()
    rig.network.refuse(SERVER, true)
    const client = rig.client('c', port, {}, { limits: { maxWaiting: 2 } })
    const pending = [client.request('a', 1), client.request('b', 1)]
    await expect(client.request('c', 1)).rejects.toMatchObject({ code: 'OVERLOADED' })
    rig.network.refuse(SERVER, false)
    await rig.ticks.advance(50)
    await Promise.all(pending)
  })

  it('does not believe a server that sends garbage', async () => {
    const warnings: unknown[] = []
    const nothing = (): void => {}
    const logger = {
      debug: nothing,
      info: nothing,
      error: nothing,
      warn: (text: string): number => warnings.push(text)
    }
    const listener = await rig.transport.listen(
      { host: HOST, port: 0 },
      {
        disconnected: nothing,
        failed: nothing,
        message: (peer, [operation, id]) => {
          const kind = Buffer.from(operation).toString()
          if (kind === '0') listener.send(peer, frames('0', 'srv', '{"session":"s","resumed":false}'))
          if (kind === '1') for (const each of [['x'], ['2', 'other', '1']]) listener.send(peer, frames(...each))
          if (kind === '1') listener.send(peer, [Buffer.from('2'), id, Buffer.from('{broken')])
        }
      }
    )
    const client = rig.client('c', listener.port, {}, { logger })
    await expect(client.request('m', 1)).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
    expect(warnings).toHaveLength(2)
    await listener.close()
  })
})

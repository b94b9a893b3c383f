// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError, StreamReader, type StreamPeer } from '@hcengineering/network-core'
import type { BackRPCStreamCall } from '../rpc-types'
import { transports, until, type Rig } from './rig'

const window = { items: limits.maxStreamItems, bytes: limits.maxStreamBytes, input: false }

/** The reading side of a stream, as a peer. */
class Reading implements StreamPeer {
  readonly reader = new StreamReader(true)

  item(value: unknown, bytes: number = 0): number {
    this.reader.item(value, bytes)
    return bytes
  }

  end(error?: NetworkError): void {
    this.reader.end(error)
  }

  grant(): void {}

  stop(): void {}
}

/** Sends what was asked for as it is granted, and notes that it was stopped. */
class Writing implements StreamPeer {
  stopped = false
  private sent = 0
  private bytes = 0

  constructor(
    private readonly asker: StreamPeer,
    private readonly count: number,
    private readonly value: unknown
  ) {}

  item(): number {
    return 0
  }

  end(): void {}

  grant(items: number, bytes: number): void {
    while (this.sent < Math.min(items, this.count) && this.bytes < bytes) {
      this.bytes += this.asker.item(this.value)
      if (++this.sent === this.count) this.asker.end()
    }
  }

  stop(): void {
    this.stopped = true
  }
}

function serve(count: number, value: unknown): (call: BackRPCStreamCall) => Promise<StreamPeer> {
  return async ({ asker, opening }) => {
    const writing = new Writing(asker, count, value)
    writing.grant(opening.items, opening.bytes)
    return writing
  }
}

const values: [string, unknown, number][] = [
  ['numbers', 7, 2000],
  ['chunks', Buffer.alloc(64 * 1024, 3), 100],
  ['the largest items there are', 'x'.repeat(limits.maxPayloadBytes - 100), 3]
]

/** Compared as a whole: a difference of megabytes helps nobody. */
const plain = (value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)

const modern = transports.filter(([name]) => !name.includes('protocol 1'))
const old = transports.filter(([name]) => name.includes('protocol 1'))

describe.each(modern)('streams over %s', (_name, makeRig) => {
  let rig: Rig
  beforeEach(() => (rig = makeRig()))
  afterEach(async () => await rig.close())

  it.each(values)('carry %s from server to client, and from client to server', async (_what, value, count) => {
    const work = serve(count, value)
    const { server, port } = await rig.server({ streamHandler: (_client, _method, _params, call) => work(call) })
    const client = rig.client('c', port, { streamHandler: (_method, _params, call) => work(call) })
    await client.waitConnection()
    for (const open of [
      async (asker: StreamPeer) => await client.stream('m', 1, {}, window, asker),
      async (asker: StreamPeer) => await server.stream('c', 'm', 1, {}, window, asker)
    ]) {
      const asker = new Reading()
      asker.reader.attach(await open(asker))
      let read = 0
      for await (const item of asker.reader) {
        if (read++ === 0) expect(plain(item) === plain(value)).toBe(true)
      }
      expect(read).toBe(count)
    }
  })

  it('fail as requests do where nobody serves them, and where the handler throws', async () => {
    const { server, port } = await rig.server({
      streamHandler: () => {
        throw new NetworkError('NOT_FOUND', 'none')
      }
    })
    const client = rig.client('c', port)
    await expect(client.stream('m', 1, {}, window, new Reading())).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const asked = server.stream('c', 'm', 1, {}, window, new Reading())
    await expect(asked).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' })
    expect(server.stats.requests).toBe(server.stats.responses)
  })

  it('are told when their reader stops, and when it is gone', async () => {
    const served: Writing[] = []
    const { port } = await rig.server({
      streamHandler: async (_client, _method, _params, { asker }) => {
        served.push(new Writing(asker, 1, 1))
        return served[served.length - 1]
      }
    })
    const client = rig.client('c', port)
    const first = await client.stream('m', 1, {}, window, new Reading())
    await client.stream('m', 1, {}, window, new Reading())
    first.stop()
    await until(() => served[0].stopped)
    expect(served[1].stopped).toBe(false)
    await client.closeAsync()
    await until(() => served[1].stopped)
  })
})

describe.each(old)('streams over %s', (_name, makeRig) => {
  it('are refused', async () => {
    const rig = makeRig()
    const { port } = await rig.server({ streamHandler: (_client, _method, _params, call) => serve(1, 1)(call) })
    const client = rig.client('c', port)
    const asked = client.stream('m', 1, {}, window, new Reading())
    await expect(asked).rejects.toMatchObject({ code: 'CONNECT_UNSUPPORTED', retryable: false })
    await rig.close()
  })
})

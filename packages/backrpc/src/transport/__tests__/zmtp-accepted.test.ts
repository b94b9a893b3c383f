// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import net, { type Server, type Socket } from 'node:net'
import { ClientRecorder, ServerRecorder } from '../../testing/recorders'
import { ZmtpTransport } from '../zmtp'

const CLIENTS = 12
const SIZES = [300_000, 10, 40_000, 64 * 1024, 3, 1_200_000, 700]

/** Bytes of which no two of the same length are alike, unless it is the same message of the same client. */
function bodyOf(client: number, size: number): Buffer {
  const body = Buffer.alloc(size)
  for (let at = 0; at < size; at++) body[at] = at * 31 + client * 7 + Math.floor(at / 256)
  return body
}

/** Node does not say any more that it can read into memory of ours. */
function withoutUserBuffers(): void {
  const createServer = net.createServer.bind(net) as (options: net.ServerOpts) => Server
  jest.spyOn(net, 'createServer').mockImplementation(((options: net.ServerOpts) =>
    createServer(options).prependListener('connection', (socket: Socket) => {
      Object.assign((socket as unknown as { _handle: object })._handle, { useUserBuffer: undefined })
    })) as typeof net.createServer)
}

describe('accepted connections', () => {
  const opened: { close(): Promise<void> }[] = []

  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close()
    jest.restoreAllMocks()
  })

  it.each([
    ['are read into memory of ours', () => {}],
    ['where Node does not offer that, emit chunks', withoutUserBuffers]
  ])('%s, and all comes as it was sent while a listener is too slow for them', async (_, prepare) => {
    prepare()
    const transport = new ZmtpTransport()
    const heard = new ServerRecorder()
    const server = await transport.listen({ host: '127.0.0.1', port: 0 }, heard)
    // Some turns' worth, so that what comes has to wait: see ReadPace
    heard.onMessage = () => {
      const end = performance.now() + 4
      while (performance.now() < end);
    }
    opened.push(server)
    for (let n = 0; n < CLIENTS; n++) {
      const told = new ClientRecorder()
      const client = transport.connect({ host: '127.0.0.1', port: server.port }, told)
      opened.push(client)
      await told.until(() => told.connections === 1)
      client.send([Buffer.from([n])])
      const left = SIZES.map((size) => [bodyOf(n, size)])
      const send = (): void => {
        while (left.length > 0 && client.send(left[0]) === 'sent') left.shift()
      }
      client.onWritable = send
      send()
    }
    await heard.until(() => heard.messages.length === CLIENTS * (SIZES.length + 1))
    const peers = [...new Set(heard.messages.map(({ peer }) => peer))]
    expect(peers).toHaveLength(CLIENTS)
    for (const peer of peers) {
      const [[first], ...rest] = heard.messages.filter((each) => each.peer === peer).map(({ frames }) => frames)
      const expected = SIZES.map((size) => bodyOf(first[0], size))
      expect(rest.map(([body]) => body.length)).toEqual(SIZES)
      expect(rest.every(([body], index) => expected[index].equals(body))).toBe(true)
    }
  })

  it('end with their listener, which waits for them', async () => {
    const transport = new ZmtpTransport()
    const heard = new ServerRecorder()
    const server = await transport.listen({ host: '127.0.0.1', port: 0 }, heard)
    const told = new ClientRecorder()
    const client = transport.connect({ host: '127.0.0.1', port: server.port }, told)
    opened.push(client)
    await told.until(() => told.connections === 1)
    client.send([Buffer.from('last')])
    await heard.until(() => heard.messages.length === 1)
    server.send(heard.messages[0].peer, [Buffer.from('answer')])
    await server.close()
    await told.until(() => told.causes.length > 0)
    expect(told.messages.map(([frame]) => Buffer.from(frame).toString())).toEqual(['answer'])
  })
})

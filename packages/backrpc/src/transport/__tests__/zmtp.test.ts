// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createServer, type Server, type Socket } from 'node:net'
import { Dealer } from 'zeromq'
import { ClientRecorder, ServerRecorder, textOf } from '../../testing/recorders'
import { testTransport } from '../../testing/transport-conformance'
import { pingFrame, readyFrame } from '../../wire/zmtp-command'
import { zmtpGreeting } from '../../wire/zmtp-greeting'
import type { ZmtpRule } from '../../wire/zmtp-violation'
import type { ServerTransport } from '../transport'
import { ZmtpTransport, type ZmtpTransportOptions } from '../zmtp'
import { zmtpSettings } from '../zmtp-settings'
import { dealerHandshake, rawPeer } from './raw-peer'

testTransport('zmtp', () => ({
  transport: new ZmtpTransport(),
  maxMessageBytes: zmtpSettings.maxMessageBytes + 1,
  connectDeaf: async (port) => {
    const dealer = new Dealer({ linger: 0, receiveHighWaterMark: 1 })
    dealer.connect(`tcp://127.0.0.1:${port}`)
    await dealer.send('deaf')
    return { close: async () => dealer.close() }
  }
}))

const HOST = '127.0.0.1'
const frame = (text: string): Uint8Array[] => [Buffer.from(text)]
const latin = (text: string): Buffer => Buffer.from(text, 'latin1')
const pingText = Buffer.from(pingFrame).toString('latin1')

describe('zmtp', () => {
  const opened: { close(): Promise<void> }[] = []

  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close()
  })

  async function listen(
    options: ZmtpTransportOptions = {}
  ): Promise<{ transport: ZmtpTransport; server: ServerTransport; heard: ServerRecorder }> {
    const transport = new ZmtpTransport(options)
    const heard = new ServerRecorder()
    const server = await transport.listen({ host: HOST, port: 0 }, heard)
    opened.push(server)
    return { transport, server, heard }
  }

  /** A server of something else. */
  async function strange(serve: (socket: Socket) => void): Promise<number> {
    const sockets: Socket[] = []
    const other: Server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}))
      serve(socket)
    })
    await new Promise<void>((resolve) => other.listen(0, HOST, resolve))
    opened.push({
      close: async () => {
        for (const socket of sockets) socket.destroy()
        await new Promise((resolve) => other.close(resolve))
      }
    })
    return (other.address() as { port: number }).port
  }

  function connectTo(port: number, options: ZmtpTransportOptions = {}): ClientRecorder {
    const told = new ClientRecorder()
    opened.push(new ZmtpTransport(options).connect({ host: HOST, port }, told))
    return told
  }

  it.each(['*', '0.0.0.0', 'localhost', HOST])('listens at %s', async (host) => {
    const transport = new ZmtpTransport()
    const server = await transport.listen({ host, port: 0 }, new ServerRecorder())
    const told = new ClientRecorder()
    const client = transport.connect({ host: 'localhost', port: server.port }, told)
    opened.push(server, client)
    await told.until(() => told.connections === 1)
  })

  it.each(['no.such.host.invalid', '192.0.2.1', 'a host'])('refuses to listen at %s, naming it', async (host) => {
    const listening = new ZmtpTransport().listen({ host, port: 0 }, new ServerRecorder())
    await expect(listening).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(host)
    })
  })

  it('says why it cannot connect', async () => {
    const told = new ClientRecorder()
    opened.push(new ZmtpTransport().connect({ host: 'no.such.host.invalid', port: 1 }, told))
    await told.until(() => told.causes.length > 0)
    expect(told.causes[0].message).toMatch(/^Cannot connect to no\.such\.host\.invalid:1: .+/)
  })

  it('says why it cannot connect where the name has several addresses', async () => {
    const { server } = await listen()
    await server.close()
    const told = new ClientRecorder()
    opened.push(new ZmtpTransport().connect({ host: 'localhost', port: server.port }, told))
    await told.until(() => told.causes.length > 0)
    expect(told.causes[0].message).toMatch(/^Cannot connect to localhost:\d+: .*ECONNREFUSED/)
  })

  it('warns once when others than this machine can connect', async () => {
    const warnings: string[] = []
    const nothing = (): void => {}
    const logger = { debug: nothing, info: nothing, error: nothing, warn: (text: string) => warnings.push(text) }
    const transport = new ZmtpTransport({ logger })
    opened.push(await transport.listen({ host: '*', port: 0 }, new ServerRecorder()))
    opened.push(await transport.listen({ host: HOST, port: 0 }, new ServerRecorder()))
    expect(warnings).toHaveLength(1)
  })

  it.each([
    ['handshakeTimeoutMs', 0],
    ['firstMessageTimeoutMs', 0],
    ['heartbeatIntervalMs', -1],
    ['connectTimeoutMs', Number.NaN],
    ['maxHandshakes', 1.5]
  ])('refuses %s of %p', (name, value) => {
    expect(() => new ZmtpTransport({ [name]: value })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })

  it.each<[string, readonly Uint8Array[], ZmtpRule]>([
    ['a header of a message that is too large', [...dealerHandshake, latin('\x02\0\0\0\0\xff\0\0\0')], 'size'],
    ['a message before its handshake', [zmtpGreeting, latin('\0\x05hello')], 'early'],
    ['another protocol', [latin('GET / HTTP/1.1\r\n\r\n')], 'signature'],
    ['a kind of socket that is not served', [zmtpGreeting, readyFrame('SUB')], 'socket-type'],
    ['garbage after the handshake', [...dealerHandshake, latin('\xfe\xed')], 'flags']
  ])('ends the connection of a peer that sends %s, and counts it', async (_, said, rule) => {
    const { transport, server, heard } = await listen()
    const peer = await rawPeer(server.port, ...said)
    await peer.ended
    await refused(transport, rule, 1)
    expect(heard.messages).toEqual([])
    expect(heard.gone).toEqual([])
    const told = connectTo(server.port)
    await told.until(() => told.connections === 1)
  })

  it('says to a peer of the wrong kind why it is refused', async () => {
    const { server } = await listen()
    const peer = await rawPeer(server.port, zmtpGreeting, readyFrame('SUB'))
    await peer.hears('ERROR')
    expect(peer.heard()).toContain('the peer is "SUB", not a DEALER')
  })

  it('serves others while a peer floods it with PING and reads no answer', async () => {
    const { transport, server, heard } = await listen()
    heard.onMessage = (peer, frames) => server.send(peer, frames)
    const flooder = await rawPeer(server.port, ...dealerHandshake)
    await flooder.hears('READY')
    flooder.socket.pause()
    for (let n = 0; n < 100; n++) flooder.socket.write(Buffer.alloc(7_000 * pingFrame.length, pingFrame))
    const peer = await rawPeer(server.port, ...dealerHandshake, latin('\0\x05hello'))
    await peer.hears('hello')
    expect([...transport.refusals]).toEqual([])
    flooder.socket.destroy()
    peer.socket.destroy()
  })

  it('warns of a broken rule once, and then goes on counting', async () => {
    const warnings: unknown[] = []
    const nothing = (): void => {}
    const warn = (...args: unknown[]): number => warnings.push(args)
    const { transport, server } = await listen({ logger: { debug: nothing, info: nothing, error: nothing, warn } })
    for (let n = 0; n < 3; n++) await (await rawPeer(server.port, latin('x'))).ended
    await refused(transport, 'signature', 3)
    expect(warnings).toHaveLength(1)
  })

  it('ends a connection whose peer says nothing, or not all of its handshake', async () => {
    const { transport, server } = await listen({ handshakeTimeoutMs: 20 })
    await (
      await rawPeer(server.port)
    ).ended
    await (
      await rawPeer(server.port, zmtpGreeting)
    ).ended
    await refused(transport, 'handshake-timeout', 2)
  })

  it('ends a connection whose peer says nothing after its handshake, and no other', async () => {
    const { transport, server, heard } = await listen({ firstMessageTimeoutMs: 20 })
    const speaker = await rawPeer(server.port, ...dealerHandshake, latin('\0\x05hello'))
    await heard.until(() => heard.messages.length === 1)
    const silent = await rawPeer(server.port, ...dealerHandshake)
    await silent.ended
    await refused(transport, 'first-message-timeout', 1)
    expect(heard.gone).toEqual([])
    expect(server.send(heard.messages[0].peer, frame('still here'))).toBe('sent')
    await speaker.hears('still here')
    speaker.socket.destroy()
  })

  it('reads what came while its own process was busy before it ends a silent connection', async () => {
    const { transport, server, heard } = await listen({ firstMessageTimeoutMs: 100 })
    const peer = await rawPeer(server.port, ...dealerHandshake)
    await peer.hears('READY')
    peer.socket.write(latin('\0\x05hello'))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150)
    await heard.until(() => heard.messages.length === 1)
    expect([...transport.refusals]).toEqual([])
    peer.socket.destroy()
  })

  it('connects again a client that it ended because it said nothing', async () => {
    const { server, heard } = await listen({ firstMessageTimeoutMs: 20 })
    const told = new ClientRecorder()
    const client = new ZmtpTransport().connect({ host: HOST, port: server.port }, told)
    opened.push(client)
    await told.until(() => told.connections === 2)
    expect(client.send(frame('hello'))).toBe('sent')
    await heard.until(() => heard.messages.length === 1)
  })

  it('bears a bounded number of connections whose peers have said nothing', async () => {
    const { transport, server, heard } = await listen({ maxHandshakes: 1 })
    const first = await rawPeer(server.port)
    await first.hears('NULL')
    await (
      await rawPeer(server.port)
    ).ended
    await refused(transport, 'handshakes', 1)
    for (const bytes of dealerHandshake) first.socket.write(bytes)
    await first.hears('READY')
    await (
      await rawPeer(server.port)
    ).ended
    await refused(transport, 'handshakes', 2)
    first.socket.write(latin('\0\x05hello'))
    await heard.until(() => heard.messages.length === 1)
    const told = connectTo(server.port)
    await told.until(() => told.connections === 1)
    first.socket.destroy()
  })

  it('does not take for a server whoever listens there', async () => {
    const told = connectTo(await strange((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n')))
    await told.until(() => told.causes.length > 0)
    expect(told.connections).toBe(0)
    expect(told.causes[0].message).toMatch(/^What listens at 127\.0\.0\.1:\d+ is no server of this network: /)
  })

  it('tells that a server accepts and says nothing, and tries again', async () => {
    const port = await strange(() => {})
    const told = connectTo(port, { handshakeTimeoutMs: 20 })
    await told.until(() => told.causes.length > 1)
    const text = `What listens at 127.0.0.1:${port} is no server of this network: no complete handshake within 20 ms`
    expect(told.causes[0].message).toBe(text)
  })

  it('has more and more patience with a server whose handshakes are slow, up to a bound', async () => {
    const told = connectTo(await strange(() => {}), { handshakeTimeoutMs: 5 })
    await told.until(() => told.causes.length > 4)
    const waited = told.causes.slice(0, 5).map(({ message }) => /within (\d+) ms$/.exec(message)?.[1])
    expect(waited).toEqual(['5', '10', '20', '40', '40'])
  })

  it('tells that a server closes during the handshake', async () => {
    const told = connectTo(await strange((socket) => socket.resume().end()))
    await told.until(() => told.causes.length > 0)
    expect(told.causes[0].message).toMatch(/^Cannot connect to 127\.0\.0\.1:\d+: it was closed during the handshake$/)
  })

  it('reports a peer that it cut off once, and ends its connection', async () => {
    const { server, heard } = await listen()
    const peer = await rawPeer(server.port, ...dealerHandshake, latin('\0\x05hello'))
    await heard.until(() => heard.messages.length === 1)
    const [{ peer: address }] = heard.messages
    server.cut(address)
    server.cut(address)
    expect(server.send(address, frame('x'))).toBe('gone')
    await peer.ended
    await heard.until(() => heard.gone.length > 0)
    expect(heard.gone).toEqual([address])
  })

  it('hands on nothing more of a chunk after its peer was cut off', async () => {
    const { server, heard } = await listen()
    heard.onMessage = (peer) => server.cut(peer)
    await rawPeer(server.port, Buffer.concat([...dealerHandshake, latin('\0\x03one\0\x03two')]))
    await heard.until(() => heard.gone.length > 0)
    expect(heard.messages.map(({ frames }) => textOf(frames))).toEqual(['one'])
  })

  it('is full for a peer that does not read, writable when it reads again, and loses nothing', async () => {
    const { server, heard } = await listen()
    const peer = await rawPeer(server.port, ...dealerHandshake)
    await peer.hears('READY')
    peer.socket.pause().write(latin('\0\x05hello'))
    await heard.until(() => heard.messages.length === 1)
    const [{ peer: address }] = heard.messages
    const writable = new Promise((resolve) => (server.onWritable = resolve))
    let sent = 0
    while (server.send(address, [Buffer.alloc(60 * 1024, 'x')]) === 'sent') sent++
    expect(server.send(address, [Buffer.alloc(1024 * 1024)])).toBe('full')
    peer.socket.resume()
    expect(await writable).toBe(address)
    expect(server.send(address, frame('the last'))).toBe('sent')
    await peer.hears('the last')
    expect(peer.heard().split('x').length - 1).toBe(sent * 60 * 1024)
    peer.socket.destroy()
  })

  it('pings when told to, and ends a connection whose peer does not answer', async () => {
    const { transport, server, heard } = await listen({ heartbeatIntervalMs: 20 })
    const peer = await rawPeer(server.port, ...dealerHandshake, latin('\0\x05hello'))
    await peer.hears(pingText)
    await peer.ended
    await heard.until(() => heard.gone.length === 1)
    await refused(transport, 'silence', 1)
  })

  it('keeps a connection whose peer answers pings', async () => {
    const { server, heard } = await listen({ heartbeatIntervalMs: 20 })
    const told = connectTo(server.port, { heartbeatIntervalMs: 20 })
    const peer = await rawPeer(server.port, ...dealerHandshake, latin('\0\x05hello'))
    peer.socket.on('data', () => peer.socket.write(latin('\x04\x05\x04PONG')))
    await peer.hears(pingText)
    while (peer.heard().split(pingText).length < 6) await nextTurn()
    expect(heard.gone).toEqual([])
    expect(told.causes).toEqual([])
    peer.socket.destroy()
  })

  it('does not ping a peer of ZMTP 3.0, which need not know how to answer', async () => {
    const { server, heard } = await listen({ heartbeatIntervalMs: 5 })
    const old = Buffer.from(zmtpGreeting)
    old[11] = 0
    const peer = await rawPeer(server.port, old, readyFrame('DEALER'), latin('\0\x05hello'))
    const other = await rawPeer(server.port, ...dealerHandshake)
    await other.ended
    expect(peer.heard()).not.toContain('PING')
    expect(heard.gone).toEqual([])
    peer.socket.destroy()
  })

  it('holds nothing open once it is closed', async () => {
    const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
    const before = sockets()
    const { server, heard } = await listen()
    const told = connectTo(server.port)
    const dialling = new ZmtpTransport().connect({ host: HOST, port: server.port }, new ClientRecorder())
    const silent = await rawPeer(server.port)
    await told.until(() => told.connections === 1)
    await dialling.close()
    for (const each of opened.splice(0).reverse()) await each.close()
    await silent.ended
    while (sockets() > before) await nextTurn()
    expect(heard.failures).toEqual([])
  })
})

/** Waits until so many peers were refused for that, and none for anything else. */
async function refused(transport: ZmtpTransport, rule: ZmtpRule, count: number): Promise<void> {
  while ((transport.refusals.get(rule) ?? 0) < count) await nextTurn()
  expect([...transport.refusals]).toEqual([[rule, count]])
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

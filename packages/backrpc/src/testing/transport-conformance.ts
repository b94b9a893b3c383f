// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientTransport, Frames, PeerAddress, ServerTransport, Transport } from '../transport/transport'
import { ClientRecorder, ServerRecorder, textOf } from './recorders'

/** A transport and what only its makers can do with it. */
export interface TransportUnderTest {
  readonly transport: Transport
  /** Connects a peer that says `deaf` once and then reads nothing, for ever. */
  connectDeaf(port: number): Promise<{ close(): Promise<void> }>
  /** A message of so many bytes is refused, and its sender cut off. */
  readonly maxMessageBytes?: number
}

const HOST = '127.0.0.1'
const frame = (text: string): Frames => [Buffer.from(text)]

/** Offers a message until the transport takes it. */
async function offer(target: { onWritable?: () => void }, send: () => 'sent' | 'full' | 'gone'): Promise<void> {
  for (;;) {
    const writable = new Promise<void>((resolve) => (target.onWritable = resolve))
    const result = send()
    if (result === 'sent') return
    if (result === 'gone') throw new Error('Nobody is there')
    await writable
  }
}

/**
 * Registers with Jest the tests that every transport has to pass.
 *
 * @param make called for each test
 */
export function testTransport(name: string, make: () => TransportUnderTest): void {
  describe(`${name} transport`, () => {
    const opened: { close(): Promise<void> }[] = []
    let under: TransportUnderTest

    beforeEach(() => {
      under = make()
    })

    afterEach(async () => {
      for (const each of opened.splice(0).reverse()) await each.close()
    })

    async function listen(port: number = 0): Promise<{ server: ServerTransport; heard: ServerRecorder }> {
      const heard = new ServerRecorder()
      const server = await under.transport.listen({ host: HOST, port }, heard)
      opened.push(server)
      return { server, heard }
    }

    function connect(port: number): { client: ClientTransport; told: ClientRecorder } {
      const told = new ClientRecorder()
      const client = under.transport.connect({ host: HOST, port }, told)
      opened.push(client)
      return { client, told }
    }

    /** Connects, says `hello`, and answers the address under which the server knows the client. */
    async function join(
      port: number,
      heard: ServerRecorder
    ): Promise<ReturnType<typeof connect> & { peer: PeerAddress }> {
      const joined = connect(port)
      const { length } = heard.messages
      await joined.told.until(() => joined.told.connections > 0)
      expect(joined.client.send(frame('hello'))).toBe('sent')
      await heard.until(() => heard.messages.length > length)
      return { ...joined, peer: heard.messages[length].peer }
    }

    it('delivers in order, both ways, all parts of each message', async () => {
      const { server, heard } = await listen()
      const { client, told, peer } = await join(server.port, heard)
      const count = 2_000
      for (let n = 0; n < count; n++) {
        await offer(client, () => client.send([Buffer.from(String(n)), Buffer.alloc(0), Buffer.from('tail')]))
      }
      await heard.until(() => heard.messages.length === count + 1)
      expect(heard.textsOf(peer).slice(1)).toEqual(Array.from({ length: count }, (_, n) => String(n)))
      expect(heard.messages[1].frames.map((part) => Buffer.from(part).toString())).toEqual(['0', '', 'tail'])
      const waiting: { onWritable?: () => void } = {}
      server.onWritable = () => waiting.onWritable?.()
      for (let n = 0; n < count; n++) await offer(waiting, () => server.send(peer, frame(String(n))))
      await told.until(() => told.messages.length === count)
      expect(told.messages.map(textOf)).toEqual(Array.from({ length: count }, (_, n) => String(n)))
    })

    it('delivers messages as large as a payload may be', async () => {
      const { server, heard } = await listen()
      const { client, told, peer } = await join(server.port, heard)
      const large = Buffer.alloc(4 * 1024 * 1024, 'x')
      await offer(client, () => client.send([large]))
      await heard.until(() => heard.messages.length === 2)
      expect(large.equals(heard.messages[1].frames[0])).toBe(true)
      expect(server.send(peer, [large])).toBe('sent')
      await told.until(() => told.messages.length === 1)
      expect(large.equals(told.messages[0][0])).toBe(true)
    })

    it('keeps peers apart by their addresses', async () => {
      const { server, heard } = await listen()
      const one = await join(server.port, heard)
      const two = await join(server.port, heard)
      expect(one.peer).not.toBe(two.peer)
      server.send(two.peer, frame('for two'))
      server.send(one.peer, frame('for one'))
      await one.told.until(() => one.told.messages.length === 1)
      await two.told.until(() => two.told.messages.length === 1)
      expect([one.told.messages, two.told.messages].map(([first]) => textOf(first))).toEqual(['for one', 'for two'])
    })

    it('connects to a server that starts later', async () => {
      const first = await listen()
      const { port } = first.server
      await first.server.close()
      const { told } = connect(port)
      await told.until(() => told.causes.length > 0)
      await listen(port)
      await told.until(() => told.connections === 1)
    })

    it('reconnects when the server restarts on its port, under another address', async () => {
      const first = await listen()
      const { port } = first.server
      const { client, told, peer } = await join(port, first.heard)
      await first.server.close()
      await told.until(() => told.causes.length > 0)
      expect(told.causes[0].message).toContain(`${HOST}:${port}`)
      const second = await listen(port)
      await told.until(() => told.connections === 2)
      expect(second.server.send(peer, frame('to nobody'))).toBe('gone')
      expect(client.send(frame('back'))).toBe('sent')
      await second.heard.until(() => second.heard.messages.length === 1)
      expect(second.server.send(second.heard.messages[0].peer, frame('welcome'))).toBe('sent')
      await told.until(() => told.messages.length === 1)
    })

    it('gives up a connection and makes another one when told to', async () => {
      const { server, heard } = await listen()
      const { client, told, peer } = await join(server.port, heard)
      client.redial?.(new Error('It carried nothing'))
      await told.until(() => told.connections === 2)
      expect(told.causes.length).toBeGreaterThan(0)
      expect(client.send(frame('again'))).toBe('sent')
      await heard.until(() => heard.messages.length === 2)
      expect(heard.messages[1].peer).not.toBe(peer)
    })

    it('tells a server that a client has left', async () => {
      const { server, heard } = await listen()
      const { client, peer } = await join(server.port, heard)
      await client.close()
      await heard.until(() => heard.gone.length === 1)
      expect(heard.gone).toEqual([peer])
      expect(server.send(peer, frame('late'))).toBe('gone')
    })

    it('delivers what was sent before a client closed', async () => {
      const { server, heard } = await listen()
      const { client, peer } = await join(server.port, heard)
      for (let n = 0; n < 100; n++) expect(client.send(frame(String(n)))).toBe('sent')
      await client.close()
      await heard.until(() => heard.gone.length === 1)
      expect(heard.textsOf(peer)).toHaveLength(101)
    })

    it('delivers the last word of a client that closes, behind what it sent, however much waits', async () => {
      const { server, heard } = await listen()
      const { client, peer } = await join(server.port, heard)
      let sent = 1
      while (client.send([Buffer.from('x'), Buffer.alloc(64 * 1024)]) === 'sent') sent++
      await client.close(frame('goodbye'))
      await heard.until(() => heard.gone.length === 1)
      const texts = heard.textsOf(peer)
      expect(texts).toHaveLength(sent + 1)
      expect(texts.at(-1)).toBe('goodbye')
    })

    it('delivers what was sent before a server closed', async () => {
      const { server, heard } = await listen()
      const { told, peer } = await join(server.port, heard)
      for (let n = 0; n < 100; n++) expect(server.send(peer, frame(String(n)))).toBe('sent')
      await server.close()
      await told.until(() => told.causes.length > 0)
      expect(told.messages).toHaveLength(100)
    })

    it('says that nobody is there for an unknown address and before a connection stands', async () => {
      const { server } = await listen()
      expect(server.send('nobody', frame('x'))).toBe('gone')
      const { client } = connect(server.port)
      expect(client.send(frame('x'))).toBe('gone')
    })

    it('is full for a peer that does not read, and serves the others meanwhile', async () => {
      const { server, heard } = await listen()
      const deaf = await under.connectDeaf(server.port)
      opened.push(deaf)
      await heard.until(() => heard.messages.length === 1)
      const [{ peer: deafPeer }] = heard.messages
      const { client, told } = await join(server.port, heard)
      heard.onMessage = (from, frames) => {
        server.send(from, frames)
      }
      const chunk = [Buffer.alloc(64 * 1024)]
      // What the system buffers is full when it takes nothing for many rounds with the other peer
      for (let idle = 0, rounds = 1; idle < 20; rounds++, idle++) {
        while (server.send(deafPeer, chunk) === 'sent') idle = 0
        expect(client.send(frame(String(rounds)))).toBe('sent')
        await told.until(() => told.messages.length === rounds)
        expect(rounds).toBeLessThan(10_000)
      }
      expect(server.send(deafPeer, chunk)).toBe('full')
      expect(heard.gone).toEqual([])
    })

    it('listens no more to a peer that was cut off', async () => {
      const { server, heard } = await listen()
      const one = await join(server.port, heard)
      const two = await join(server.port, heard)
      server.cut(one.peer)
      one.client.send(frame('unheard'))
      two.client.send(frame('heard'))
      await heard.until(() => heard.textsOf(two.peer).length === 2)
      await one.client.close()
      await heard.until(() => heard.gone.length === 1)
      expect(heard.textsOf(one.peer)).toEqual(['hello'])
    })

    it('refuses a port in use, naming the address', async () => {
      const { server } = await listen()
      const second = under.transport.listen({ host: HOST, port: server.port }, new ServerRecorder())
      await expect(second).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining(`${HOST}:${server.port}`)
      })
    })

    it.each([-1, 65_536, 1.5, Number.NaN])('refuses port %p', async (port) => {
      const invalid = { code: 'INVALID_ARGUMENT' }
      await expect(under.transport.listen({ host: HOST, port }, new ServerRecorder())).rejects.toMatchObject(invalid)
      expect(() => connect(port)).toThrow(expect.objectContaining(invalid))
    })

    it('closes a client whose server is down, after telling why it cannot connect', async () => {
      const { server } = await listen()
      const { port } = server
      await server.close()
      const { client, told } = connect(port)
      await told.until(() => told.causes.length > 0)
      expect(told.causes[0]).toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining(`${HOST}:${port}`)
      })
      await client.close()
      await client.close()
      expect(told.connections).toBe(0)
    })

    it('frees its port when it is closed, and may be closed twice', async () => {
      const first = await listen()
      await first.server.close()
      await first.server.close()
      const second = await listen(first.server.port)
      expect(second.server.port).toBe(first.server.port)
    })

    it('survives a message larger than any may be', async () => {
      const { maxMessageBytes } = under
      if (maxMessageBytes === undefined) return
      const { server, heard } = await listen()
      const { client, peer } = await join(server.port, heard)
      client.send([Buffer.alloc(maxMessageBytes)])
      await heard.until(() => heard.gone.includes(peer))
      const other = await join(server.port, heard)
      expect(heard.textsOf(other.peer)).toEqual(['hello'])
      expect(heard.failures).toEqual([])
    })
  })
}

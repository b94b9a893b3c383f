// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Dealer, Publisher, Router } from 'zeromq'
import { ClientRecorder, ServerRecorder } from '../../testing/recorders'
import type { ClientTransport, Frames, ServerTransport } from '../transport'
import { ZmtpTransport, type ZmtpTransportOptions } from '../zmtp'

const HOST = '127.0.0.1'
const zeromqPath = require.resolve('zeromq')
const large = Buffer.alloc(4 * 1024 * 1024, 'x')
const messages: Frames[] = [
  [Buffer.from('one')],
  [Buffer.from('several'), Buffer.alloc(0), Buffer.alloc(255, 'y'), Buffer.alloc(256, 'z'), Buffer.alloc(0)],
  [Buffer.alloc(0)],
  [Buffer.from('large'), large, Buffer.from('tail')]
]

/** Fit for a comparison: a large one by its length and its ends. */
function shown(frames: Frames): string[] {
  return frames.map((frame) => {
    const text = Buffer.from(frame).toString('latin1')
    return text.length > 1_000 ? `${text.length} of ${new Set(text).size} ${text[0]}` : text
  })
}

/** Runs a script in another process; it has `zmq` and writes its first line when it is ready. */
async function runScript(script: string): Promise<{ line: string; kill: (signal: NodeJS.Signals) => boolean }> {
  const code = `const zmq = require(${JSON.stringify(zeromqPath)});(async () => {${script}})()`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [data] = (await once(child.stdout, 'data')) as [Buffer]
  return { line: data.toString().trim(), kill: (signal) => child.kill(signal) }
}

describe('zmtp with libzmq', () => {
  const opened: { close(): void | Promise<void> }[] = []

  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close()
  })

  async function listen(port: number = 0): Promise<{ server: ServerTransport; heard: ServerRecorder }> {
    const heard = new ServerRecorder()
    const server = await new ZmtpTransport().listen({ host: HOST, port }, heard)
    opened.push(server)
    return { server, heard }
  }

  function connectTo(
    port: number,
    options: ZmtpTransportOptions = {}
  ): { client: ClientTransport; told: ClientRecorder } {
    const told = new ClientRecorder()
    const client = new ZmtpTransport(options).connect({ host: HOST, port }, told)
    opened.push(client)
    return { client, told }
  }

  function dealer(port: number, options: object = {}): Dealer {
    const socket = new Dealer({ linger: 0, reconnectInterval: 10, ...options })
    socket.connect(`tcp://${HOST}:${port}`)
    opened.push(socket)
    return socket
  }

  async function router(port: number | '*' = '*', options: object = {}): Promise<{ socket: Router; port: number }> {
    const socket = new Router({ linger: 0, ...options })
    await socket.bind(`tcp://${HOST}:${port}`)
    opened.push(socket)
    return { socket, port: Number(socket.lastEndpoint?.split(':').at(-1)) }
  }

  /** Passes bytes on both ways, and calls `heard` with those that come back. */
  async function relay(port: number, heard: (text: string) => void): Promise<number> {
    const sockets: Socket[] = []
    const server = createServer((near) => {
      const far = connect(port, HOST)
      for (const socket of [near, far]) sockets.push(socket.on('error', () => {}))
      near.pipe(far).pipe(near)
      far.on('data', (data: Buffer) => heard(data.toString('latin1')))
    })
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
    opened.push({
      close: () => {
        for (const socket of sockets) socket.destroy()
        server.close()
      }
    })
    return (server.address() as { port: number }).port
  }

  /** Counts the answers to PING that come through a relay. */
  async function pongs(port: number): Promise<{ port: number; three: Promise<void> }> {
    let enough: () => void = () => {}
    const three = new Promise<void>((resolve) => (enough = resolve))
    let text = ''
    const relayed = await relay(port, (piece) => {
      text += piece
      if (text.split('\x04\x05\x04PONG').length > 3) enough()
    })
    return { port: relayed, three }
  }

  it('serves a DEALER of libzmq, messages of all sizes', async () => {
    const { server, heard } = await listen()
    heard.onMessage = (peer, frames) => server.send(peer, frames)
    const socket = dealer(server.port)
    for (const message of messages) {
      await socket.send([...message])
      expect(shown(await socket.receive())).toEqual(shown(message))
    }
    expect(heard.messages.map(({ frames }) => shown(frames))).toEqual(messages.map(shown))
  })

  it('talks to a ROUTER of libzmq, messages of all sizes', async () => {
    const { socket, port } = await router()
    const { client, told } = connectTo(port)
    await told.until(() => told.connections === 1)
    for (const message of messages) {
      expect(client.send(message)).toBe('sent')
      const [id, ...frames] = await socket.receive()
      expect(shown(frames)).toEqual(shown(message))
      await socket.send([id, ...frames])
    }
    await told.until(() => told.messages.length === messages.length)
    expect(told.messages.map(shown)).toEqual(messages.map(shown))
  })

  it('is found again by a DEALER of libzmq when it restarts', async () => {
    const first = await listen()
    const { port } = first.server
    const socket = dealer(port)
    await socket.send('before')
    await first.heard.until(() => first.heard.messages.length === 1)
    await first.server.close()
    const { server, heard } = await listen(port)
    heard.onMessage = (peer, frames) => server.send(peer, frames)
    await socket.send('after')
    expect((await socket.receive()).map(String)).toEqual(['after'])
  })

  it('finds a ROUTER of libzmq again that restarts', async () => {
    const first = await router()
    const { client, told } = connectTo(first.port)
    await told.until(() => told.connections === 1)
    first.socket.close()
    await told.until(() => told.causes.length > 0)
    const second = await rebind(first.port)
    await told.until(() => told.connections === 2)
    expect(client.send([Buffer.from('after')])).toBe('sent')
    expect((await second.receive()).slice(1).map(String)).toEqual(['after'])
  })

  /** libzmq gives a port back a while after its socket was closed. */
  async function rebind(port: number): Promise<Router> {
    for (;;) {
      try {
        return (await router(port)).socket
      } catch {
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }

  it('answers the heartbeats of libzmq', async () => {
    const { server, heard } = await listen()
    const through = await pongs(server.port)
    const socket = dealer(through.port, { heartbeatInterval: 20, heartbeatTimeout: 5_000 })
    await socket.send('hello')
    await through.three
    expect(heard.gone).toEqual([])
  })

  it('is answered by libzmq when it pings', async () => {
    const { port } = await router()
    const through = await pongs(port)
    const { told } = connectTo(through.port, { heartbeatIntervalMs: 40 })
    await through.three
    expect(told.connections).toBe(1)
    expect(told.causes).toEqual([])
  })

  it('hears at once that the process of a client was killed', async () => {
    const { server, heard } = await listen()
    const client = await runScript(`
      const dealer = new zmq.Dealer()
      dealer.connect('tcp://${HOST}:${server.port}')
      await dealer.send('hello')
      console.log('sent')
      await dealer.receive()`)
    await heard.until(() => heard.messages.length === 1)
    client.kill('SIGKILL')
    await heard.until(() => heard.gone.length === 1)
    expect(heard.gone).toEqual([heard.messages[0].peer])
  })

  it('hears at once that the process of the server was killed', async () => {
    const server = await runScript(`
      const router = new zmq.Router()
      await router.bind('tcp://${HOST}:*')
      console.log(router.lastEndpoint)
      for await (const message of router) void message`)
    const port = Number(server.line.split(':').at(-1))
    const { told } = connectTo(port)
    await told.until(() => told.connections === 1)
    server.kill('SIGKILL')
    await told.until(() => told.causes.length > 0)
    expect(told.causes[0].message).toBe(`The connection to ${HOST}:${port} was lost`)
  })

  it('does not take another kind of socket of libzmq for a server', async () => {
    const socket = new Publisher({ linger: 0 })
    await socket.bind(`tcp://${HOST}:*`)
    opened.push(socket)
    const { told } = connectTo(Number(socket.lastEndpoint?.split(':').at(-1)))
    await told.until(() => told.causes.length > 0)
    expect(told.connections).toBe(0)
    expect(told.causes[0].message).toMatch(/^(What listens at|Cannot connect to) 127\.0\.0\.1:\d+/)
  })
})

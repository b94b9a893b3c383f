// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Dealer } from 'zeromq'
import { ClientRecorder, ServerRecorder } from '../../testing/recorders'
import { testTransport } from '../../testing/transport-conformance'
import { ZeromqTransport } from '../zeromq'
import { zeromqSettings } from '../zeromq-settings'

testTransport('zeromq', () => ({
  transport: new ZeromqTransport(),
  maxMessageBytes: zeromqSettings.maxMessageSize + 1,
  connectDeaf: async (port) => {
    const dealer = new Dealer({ linger: 0, receiveHighWaterMark: 1 })
    dealer.connect(`tcp://127.0.0.1:${port}`)
    await dealer.send('deaf')
    return { close: async () => dealer.close() }
  }
}))

const zeromqPath = require.resolve('zeromq')

/** Runs a script in another process; it has `zmq` and writes its first line when it is ready. */
async function runScript(script: string): Promise<{ line: string; kill: (signal: NodeJS.Signals) => boolean }> {
  const code = `const zmq = require(${JSON.stringify(zeromqPath)});(async () => {${script}})()`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [data] = (await once(child.stdout, 'data')) as [Buffer]
  return { line: data.toString().trim(), kill: (signal) => child.kill(signal) }
}

describe('zeromq', () => {
  it('tells a server when the process of a client is killed', async () => {
    const heard = new ServerRecorder()
    const server = await new ZeromqTransport().listen({ host: '127.0.0.1', port: 0 }, heard)
    const client = await runScript(`
      const dealer = new zmq.Dealer()
      dealer.connect('tcp://127.0.0.1:${server.port}')
      await dealer.send('hello')
      console.log('sent')
      await dealer.receive()`)
    await heard.until(() => heard.messages.length === 1)
    client.kill('SIGKILL')
    await heard.until(() => heard.gone.length === 1)
    expect(heard.gone).toEqual([heard.messages[0].peer])
    await server.close()
  })

  it('tells a client when the process of the server is killed', async () => {
    const server = await runScript(`
      const router = new zmq.Router()
      await router.bind('tcp://127.0.0.1:*')
      console.log(router.lastEndpoint)
      for await (const message of router) void message`)
    const port = Number(server.line.split(':').at(-1))
    const told = new ClientRecorder()
    const client = new ZeromqTransport().connect({ host: '127.0.0.1', port }, told)
    await told.until(() => told.connections === 1)
    server.kill('SIGKILL')
    await told.until(() => told.causes.length > 0)
    expect(told.causes[0].message).toBe(`The connection to 127.0.0.1:${port} was lost`)
    await client.close()
  })

  it.each(['*', '0.0.0.0', 'localhost', '127.0.0.1'])('listens at %s', async (host) => {
    const server = await new ZeromqTransport().listen({ host, port: 0 }, new ServerRecorder())
    const told = new ClientRecorder()
    const client = new ZeromqTransport().connect({ host: 'localhost', port: server.port }, told)
    await told.until(() => told.connections === 1)
    await client.close()
    await server.close()
  })

  it.each(['no.such.host.invalid', '192.0.2.1', 'a host'])('refuses to listen at %s, naming it', async (host) => {
    const listening = new ZeromqTransport().listen({ host, port: 0 }, new ServerRecorder())
    await expect(listening).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(host)
    })
  })

  it('says why it cannot connect', async () => {
    const told = new ClientRecorder()
    const client = new ZeromqTransport().connect({ host: 'no.such.host.invalid', port: 1 }, told)
    await told.until(() => told.causes.length > 0)
    expect(told.causes[0].message).toMatch(/^Cannot connect to no\.such\.host\.invalid:1: .+/)
    await client.close()
  })

  it('warns once when others than this machine can connect', async () => {
    const warnings: string[] = []
    const nothing = (): void => {}
    const logger = {
      debug: nothing,
      info: nothing,
      error: nothing,
      warn: (text: string): number => warnings.push(text)
    }
    const transport = new ZeromqTransport({ logger })
    const open = await transport.listen({ host: '*', port: 0 }, new ServerRecorder())
    const loopback = await transport.listen({ host: '127.0.0.1', port: 0 }, new ServerRecorder())
    expect(warnings).toHaveLength(1)
    await open.close()
    await loopback.close()
  })

  it('survives strangers that do not speak its protocol', async () => {
    const heard = new ServerRecorder()
    const server = await new ZeromqTransport().listen({ host: '127.0.0.1', port: 0 }, heard)
    const strangers = ['GET / HTTP/1.1\r\n\r\n', '\xff\0\0\0\0\0\0\0\x01\x7f\x03garbage', ''].map((text) => {
      const stranger = connect(server.port, '127.0.0.1').on('error', () => {})
      stranger.write(Buffer.from(text, 'latin1'))
      return stranger
    })
    const told = new ClientRecorder()
    const client = new ZeromqTransport().connect({ host: '127.0.0.1', port: server.port }, told)
    await told.until(() => told.connections === 1)
    await client.close()
    for (const stranger of strangers) stranger.destroy()
    await server.close()
    expect(heard.failures).toEqual([])
  })

  it('does not take for a server whoever listens there', async () => {
    const other = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const told = new ClientRecorder()
    const client = new ZeromqTransport().connect({ host: '127.0.0.1', port }, told)
    await told.until(() => told.causes.length > 0)
    expect(told.connections).toBe(0)
    expect(told.causes[0].message).toMatch(/^What listens at 127\.0\.0\.1:\d+ is no server of this network: /)
    expect(client.send([Buffer.from('x')])).toBe('gone')
    await client.close()
    await new Promise((resolve) => other.close(resolve))
  })
})

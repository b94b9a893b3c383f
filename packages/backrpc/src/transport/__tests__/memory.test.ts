// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ServerRecorder } from '../../testing/recorders'
import { testTransport } from '../../testing/transport-conformance'
import { MemoryNetwork } from '../memory'

testTransport('memory', () => {
  const transport = new MemoryNetwork({ reconnectMs: 1 })
  return {
    transport,
    connectDeaf: async (port) => {
      const client = transport.node('deaf').connect(
        { host: '127.0.0.1', port },
        {
          connected: () => {
            client.send([Buffer.from('deaf')])
            // It has left the node once the network has carried it
            queueMicrotask(() => queueMicrotask(() => transport.block('localhost', 'deaf')))
          },
          disconnected: () => {},
          message: () => {}
        }
      )
      return client
    }
  }
})

describe('memory network', () => {
  let send: (text: string) => string

  async function pair(): Promise<{
    network: MemoryNetwork
    heard: ServerRecorder
    log: string[]
  }> {
    const network = new MemoryNetwork({ reconnectMs: 1 })
    const heard = new ServerRecorder()
    const log: string[] = []
    await network.node('server').listen({ host: '*', port: 3737 }, heard)
    await new Promise<void>((resolve) => {
      const client = network.node('client').connect(
        { host: 'server', port: 3737 },
        {
          connected: () => {
            log.push('connected')
            resolve()
          },
          disconnected: (cause) => log.push(cause.message),
          message: () => {}
        }
      )
      send = (text) => client.send([Buffer.from(text)])
    })
    return { network, heard, log }
  }

  it('holds messages for a paused node until it resumes', async () => {
    const { network, heard } = await pair()
    network.pause('server')
    expect(send('one')).toBe('sent')
    await new Promise(setImmediate)
    expect(heard.messages).toHaveLength(0)
    network.resume('server')
    await heard.until(() => heard.messages.length === 1)
  })

  it('loses what is under way when a connection breaks, tells both ends and connects again', async () => {
    const { network, heard, log } = await pair()
    send('known')
    await heard.until(() => heard.messages.length === 1)
    send('lost')
    network.breakConnections('client', 'server')
    await heard.until(() => heard.gone.length === 1)
    send('gone')
    while (log.length < 3) await new Promise(setImmediate)
    send('after')
    await heard.until(() => heard.messages.length === 2)
    expect(log).toEqual(['connected', 'The connection to server:3737 was lost', 'connected'])
    expect(heard.messages.map(({ frames }) => Buffer.from(frames[0]).toString())).toEqual(['known', 'after'])
  })

  it('takes the listeners and connections of a killed node with it', async () => {
    const { network, heard, log } = await pair()
    network.kill('server')
    while (log.length < 3) await new Promise(setImmediate)
    expect(log.slice(1, 3)).toEqual(['The connection to server:3737 was lost', 'Nobody listens at server:3737'])
    expect(heard.gone).toEqual([])
    await network.node('server').listen({ host: '*', port: 3737 }, heard)
    while (log.at(-1) !== 'connected') await new Promise(setImmediate)
  })

  it('refuses connections to a node that refuses them', async () => {
    const { network, log } = await pair()
    network.refuse('server', true)
    network.breakConnections('server')
    while (log.length < 4) await new Promise(setImmediate)
    expect(log.at(-1)).toBe('Nobody listens at server:3737')
    network.refuse('server', false)
    while (log.at(-1) !== 'connected') await new Promise(setImmediate)
  })
})

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { freePort } from '../ports'
import { TcpProxy } from '../tcp-proxy'
import { until } from '../waiting'

describe('TcpProxy', () => {
  let server: Server
  let proxy: TcpProxy
  let near: Socket
  let far: Socket
  let arrived: string
  let cameBack: string

  beforeEach(async () => {
    arrived = ''
    cameBack = ''
    const accepted = new Promise<Socket>((resolve) => {
      server = createServer(resolve)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    proxy = await TcpProxy.start(await freePort(), (server.address() as AddressInfo).port)
    near = connect(proxy.port, '127.0.0.1')
    near.on('error', () => {})
    near.setEncoding('utf8').on('data', (text: string) => (cameBack += text))
    far = await accepted
    far.on('error', () => {})
    far.setEncoding('utf8').on('data', (text: string) => (arrived += text))
  })

  afterEach(async () => {
    near.destroy()
    far.destroy()
    await proxy.close()
    await new Promise((resolve) => server.close(resolve))
  })

  it('holds one direction back until it is healed', async () => {
    proxy.mute('there')
    near.write('ping')
    far.write('pong')
    await until(() => cameBack === 'pong', 'the other direction is open')
    expect(arrived).toBe('')
    proxy.heal()
    await until(() => arrived === 'ping', 'what was held back arrives')
  })

  it('holds it back in new connections too', async () => {
    proxy.mute('back')
    const again = connect(proxy.port, '127.0.0.1')
    const joined = new Promise<Socket>((resolve) => server.once('connection', resolve))
    let heard = ''
    again.setEncoding('utf8').on('data', (text: string) => (heard += text))
    ;(await joined).end('late')
    far.write('pong')
    near.write('ping')
    await until(() => arrived === 'ping', 'the other direction is open')
    expect([heard, cameBack]).toEqual(['', ''])
    proxy.heal()
    await until(() => heard === 'late' && cameBack === 'pong', 'what was held back arrives')
    again.destroy()
  })

  it('delays, and keeps the order', async () => {
    proxy.delay(30)
    near.write('1')
    await until(() => near.writableLength === 0, 'the first has left')
    near.write('2')
    proxy.heal()
    near.write('3')
    await until(() => arrived.length === 3, 'all have arrived')
    expect(arrived).toBe('123')
  })
})

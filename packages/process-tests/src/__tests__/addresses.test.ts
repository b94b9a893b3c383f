// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createServer, type Server, type Socket } from 'node:net'
import { Agent, Client, Coordinator } from '../harness/roles'
import { freePort } from '../harness/ports'
import { worlds } from '../harness/world'

const world = worlds()
let occupier: Server | undefined
const callers = new Set<Socket>()

afterEach(async () => {
  const server = occupier
  occupier = undefined
  for (const socket of callers) socket.destroy()
  callers.clear()
  if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()))
})

/** A port that somebody else listens on, who answers in another protocol. */
async function occupiedPort(): Promise<number> {
  const port = await freePort()
  const server = createServer((socket) => {
    callers.add(socket)
    socket.on('error', () => {})
    socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  occupier = server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return port
}

describe('a client', () => {
  it('whose coordinator does not exist is told the address and the cause, closes, and exits by itself', async () => {
    const port = await freePort()
    const client = await world.current.client('client', { url: `127.0.0.1:${port}` })

    const wait = client.call('waitConnection', { ms: 500 })
    await expect(wait).rejects.toThrow(`127.0.0.1:${port}`)
    await expect(wait).rejects.toThrow(/refused/i)
    const get = client.get('sample', {}, 500)
    await expect(get).rejects.toMatchObject({
      code: expect.stringMatching(/^(UNAVAILABLE|DEADLINE_EXCEEDED)$/) as string
    })
    await expect(get).rejects.toThrow(`127.0.0.1:${port}`)
    await client.call('close', {})
    await expect(client.leave()).resolves.toEqual({ code: 0, signal: null })
  })

  it('whose port belongs to another kind of server is told the address, closes, and exits by itself', async () => {
    const port = await occupiedPort()
    const client = await world.current.client('client', { url: `127.0.0.1:${port}` })

    await expect(client.call('waitConnection', { ms: 500 })).rejects.toThrow(`127.0.0.1:${port}`)
    await client.call('close', {})
    await expect(client.leave()).resolves.toEqual({ code: 0, signal: null })
  })

  it('whose host has no address is told so', async () => {
    const client = await world.current.client('client', { url: 'no-such-host.invalid:3737' })

    await expect(client.call('waitConnection', { ms: 500 })).rejects.toThrow(/no-such-host\.invalid:3737/)
    await client.call('close', {})
    await expect(client.leave()).resolves.toEqual({ code: 0, signal: null })
  })

  it.each(['', 'host:', 'host:99999', 'tcp://host:1', '::1'])('refuses the url %p at once, naming it', async (url) => {
    const client = world.current.child(new Client('client', 'client'))

    const start = client.call('start', { url })

    await expect(start).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(start).rejects.toThrow(`'${url}'`)
    await expect(client.leave()).resolves.toEqual({ code: 0, signal: null })
  })

  it.each([0, -1, NaN])('refuses an alive timeout of %p s, naming value and bound', async (aliveTimeoutSeconds) => {
    const client = world.current.child(new Client('client', 'client'))

    const start = client.call('start', { url: '127.0.0.1:1', aliveTimeoutSeconds })

    await expect(start).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(start).rejects.toThrow('above 0')
    await expect(start).rejects.toThrow(`got ${aliveTimeoutSeconds}`)
  })
})

describe('a port that is in use', () => {
  it('fails the coordinator’s start with the address and the cause', async () => {
    const port = await occupiedPort()
    const coordinator = world.current.child(new Coordinator('coordinator', 'coordinator'))

    const start = coordinator.call('start', { port })

    await expect(start).rejects.toThrow(`127.0.0.1:${port}`)
    await expect(start).rejects.toThrow(/in use/i)
    await coordinator.call('close', {})
    await expect(coordinator.leave()).resolves.toEqual({ code: 0, signal: null })
  })

  it('leaves no unhandled rejection in a coordinator that nobody asked whether it is ready', async () => {
    const port = await occupiedPort()
    const coordinator = world.current.child(new Coordinator('coordinator', 'coordinator'))

    await coordinator.call('startUnawaited', { port })
    await coordinator.call('close', {})

    await expect(coordinator.leave()).resolves.toEqual({ code: 0, signal: null })
  })

  it('fails the start of an agent’s server with the address and the cause', async () => {
    const port = await occupiedPort()
    await world.current.coordinator()
    const options = { url: world.current.url, agentId: 'a', journal: world.current.journal.file, kinds: [], port }
    const agent = world.current.child(new Agent(options))

    const start = agent.call('start', options)

    await expect(start).rejects.toThrow(`127.0.0.1:${port}`)
    await expect(start).rejects.toThrow(/in use/i)
    await agent.call('close', {})
    await expect(agent.leave()).resolves.toEqual({ code: 0, signal: null })
  })
})

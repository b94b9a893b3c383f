// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { existsSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { ClientRecorder, ServerRecorder, textOf } from '../../testing/recorders'
import type { ServerTransport } from '../transport'
import { ZmtpTransport } from '../zmtp'

describe('zmtp over a socket of the file system', () => {
  let folder: string
  let path: string
  let host: string
  const transport = new ZmtpTransport()
  const opened: { close(): Promise<void> }[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zmtp-'))
    path = join(folder, 'network.sock')
    host = `unix:${path}`
  })

  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close()
    await rm(folder, { recursive: true })
  })

  async function listen(heard: ServerRecorder = new ServerRecorder()): Promise<ServerTransport> {
    const server = await transport.listen({ host, port: 0 }, heard)
    opened.push(server)
    return server
  }

  async function talk(): Promise<void> {
    const told = new ClientRecorder()
    const client = transport.connect({ host, port: 0 }, told)
    opened.push(client)
    await told.until(() => told.connections === 1)
    client.send([Buffer.from('hello')])
    await told.until(() => told.messages.length === 1)
    expect(textOf(told.messages[0])).toBe('hello')
  }

  async function listenAndTalk(): Promise<void> {
    const heard = new ServerRecorder()
    const server = await listen(heard)
    heard.onMessage = (peer, frames) => server.send(peer, frames)
    await talk()
  }

  it('delivers both ways, and removes its file when it is closed', async () => {
    await listenAndTalk()
    expect(existsSync(path)).toBe(true)
    for (const each of opened.splice(0).reverse()) await each.close()
    expect(existsSync(path)).toBe(false)
  })

  it('takes the place of a process that was killed', async () => {
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('listening'))`
    const killed = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(killed.stdout, 'data')
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    expect(existsSync(path)).toBe(true)
    await listenAndTalk()
  })

  it('leaves a socket alone at which somebody listens', async () => {
    await listenAndTalk()
    const second = transport.listen({ host, port: 0 }, new ServerRecorder())
    await expect(second).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining(host) })
    await talk()
  })

  it('leaves a socket of another protocol alone', async () => {
    const other = createServer((socket) => socket.on('error', () => {}).destroy())
    await new Promise<void>((resolve) => other.listen(path, resolve))
    await expect(listen()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await new Promise((resolve) => other.close(resolve))
  })

  it('leaves a file alone that is no socket', async () => {
    writeFileSync(path, 'precious')
    await expect(listen()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(existsSync(path)).toBe(true)
  })

  it('says why it cannot connect', async () => {
    const told = new ClientRecorder()
    opened.push(transport.connect({ host, port: 0 }, told))
    await told.until(() => told.causes.length > 0)
    expect(told.causes[0]).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(`^Cannot connect to ${host}: .*ENOENT`)
    })
  })

  it('says that its folder does not exist', async () => {
    const missing = `unix:${folder}/missing/network.sock`
    await expect(transport.listen({ host: missing, port: 0 }, new ServerRecorder())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(missing)
    })
  })

  it.each([
    ['a relative path', 'unix:network.sock', 0],
    ['no path', 'unix:', 0],
    ['a path with an end in it', 'unix:/a\0b', 0],
    ['a path that is too long', `unix:/${'x'.repeat(200)}`, 0],
    ['a port', 'unix:/tmp/network.sock', 3737]
  ])('refuses %s', async (_, wrong, port) => {
    const invalid = { code: 'INVALID_ARGUMENT' }
    await expect(transport.listen({ host: wrong, port }, new ServerRecorder())).rejects.toMatchObject(invalid)
    expect(() => transport.connect({ host: wrong, port }, new ClientRecorder())).toThrow(
      expect.objectContaining(invalid)
    )
  })
})

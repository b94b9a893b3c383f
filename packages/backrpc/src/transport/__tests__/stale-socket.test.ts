// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { once } from 'node:events'
import { lstatSync, readdirSync, renameSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeStaleSocket } from '../stale-socket'

describe('a socket that nobody listens at', () => {
  let folder: string
  let path: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stale-'))
    path = join(folder, 'a.sock')
    await leaveOne()
  })

  afterEach(async () => await rm(folder, { recursive: true }))

  async function listener(): Promise<Server> {
    const server = createServer().listen(path)
    await once(server, 'listening')
    return server
  }

  async function close(server: Server): Promise<void> {
    server.close()
    await once(server, 'close')
  }

  /** As a process that is killed does. */
  async function leaveOne(): Promise<void> {
    const server = await listener()
    renameSync(path, `${path}.kept`)
    await close(server)
    renameSync(`${path}.kept`, path)
  }

  it('is removed', async () => {
    expect(await removeStaleSocket(path, async () => true)).toBe(true)
    expect(readdirSync(folder)).toEqual([])
  })

  it('stays where somebody listens after all, who had not begun when that was asked first', async () => {
    const answers = [true, false]
    expect(await removeStaleSocket(path, async () => answers.shift() ?? true)).toBe(false)
    expect(readdirSync(folder)).toEqual(['a.sock'])
  })

  it('is removed by one of several that find it so at the same time', async () => {
    const refuses = async (): Promise<boolean> => true
    const removed = await Promise.all([1, 2, 3, 4].map(async () => await removeStaleSocket(path, refuses)))
    expect(removed.filter(Boolean)).toHaveLength(1)
  })

  it('stays when another has taken its place meanwhile, be it under the same number', async () => {
    let asked: Promise<Server> | undefined
    const refuses = async (): Promise<boolean> => {
      asked ??= removeStaleSocket(path, async () => true).then(listener)
      await asked
      return true
    }
    expect(await removeStaleSocket(path, refuses)).toBe(false)
    expect(lstatSync(path).isSocket()).toBe(true)
    if (asked !== undefined) await close(await asked)
  })
})

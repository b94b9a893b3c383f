// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { FakeTickManager, type NetworkError } from '@hcengineering/network-core'
import { BackRPCClient } from '../rpc-client'
import { BackRPCServer } from '../rpc-server'
import type { BackRPCClientOptions, BackRPCServerOptions } from '../rpc-types'
import { MemoryNetwork } from '../transport/memory'

const transport = new MemoryNetwork()
const ticks = new FakeTickManager()
const handlers = { requestHandler: () => {} }

function refusal(make: () => unknown): NetworkError {
  try {
    make()
  } catch (error) {
    return error as NetworkError
  }
  throw new Error('It was accepted')
}

describe('options of backrpc', () => {
  it.each<[string, BackRPCClientOptions & BackRPCServerOptions, string]>([
    ['a limit of 0', { limits: { maxInFlight: 0 } }, 'The limit maxInFlight must be a whole number from 1, got 0'],
    [
      'a limit that is no whole number',
      { limits: { maxUnsentBytes: 1.5 } },
      'The limit maxUnsentBytes must be a whole number from 1, got 1.5'
    ],
    [
      'fewer answers than requests in flight',
      { limits: { maxInFlight: 10, maxAnswered: 5 } },
      'The limit maxAnswered must be at least maxInFlight, which is 10, got 5'
    ],
    ['a timeout below 0', { requestTimeoutMs: -1 }, 'A timeout must be a number of milliseconds from 0, got -1']
  ])('refuse %s, naming value and bound', (_title, options, message) => {
    const all = { transport, ...options }
    const refused = { code: 'INVALID_ARGUMENT', message }
    expect(refusal(() => new BackRPCClient('c', handlers, 'localhost', 1, ticks, all))).toMatchObject(refused)
    expect(refusal(() => new BackRPCServer(handlers, ticks, '*', 'random', all))).toMatchObject(refused)
  })

  it('refuse a client without a name, or with one that is too long', () => {
    for (const id of ['', 'x'.repeat(257)]) {
      const failure = refusal(() => new BackRPCClient(id, handlers, 'localhost', 1, ticks, { transport }))
      expect(failure.code).toBe('INVALID_ARGUMENT')
    }
  })

  it('refuse a server that would take its clients for dead at once', () => {
    const options = { transport, aliveTimeoutSeconds: 0 }
    expect(refusal(() => new BackRPCServer(handlers, ticks, '*', 'random', options)).message).toBe(
      'An alive timeout must be a number of seconds above 0, got 0'
    )
  })

  it('take options of a ZeroMQ socket, as 0.7 did, and ignore them', async () => {
    const server = new BackRPCServer(handlers, ticks, '*', 0, { transport, linger: 0, sendHighWaterMark: 1 })
    await server.getPort()
    await server.close()
  })

  it('refuse a request that cannot be', async () => {
    const client = new BackRPCClient('c', handlers, 'localhost', 1, ticks, { transport })
    const refused = { code: 'INVALID_ARGUMENT' }
    await expect(client.request('', 1)).rejects.toMatchObject(refused)
    await expect(client.request('x'.repeat(257), 1)).rejects.toMatchObject(refused)
    for (const timeoutMs of [Number.NaN, null as unknown as number, '5' as unknown as number]) {
      await expect(client.request('m', 1, { timeoutMs })).rejects.toMatchObject(refused)
    }
    client.close()
  })
})

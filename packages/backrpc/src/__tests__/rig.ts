// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { FakeTickManager } from '@hcengineering/network-core'
import { BackRPCClient } from '../rpc-client'
import { BackRPCServer } from '../rpc-server'
import type {
  BackRPCClientHandler,
  BackRPCClientOptions,
  BackRPCServerHandler,
  BackRPCServerOptions
} from '../rpc-types'
import { MemoryNetwork, type MemoryNetworkOptions } from '../transport/memory'
import type { Transport } from '../transport/transport'
import { ZeromqTransport } from '../transport/zeromq'
import { ZmtpTransport } from '../transport/zmtp'

export const HOST = '127.0.0.1'

/** Nodes of a {@link MemoryRig}. */
export const SERVER = 'localhost'
export const CLIENT = 'client'

/** Lets everything that is ready run, until `done`. */
export async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise(setImmediate)
}

/** A promise and the ways to settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
}

export function defer<T = void>(): Deferred<T> {
  let settle: (value: T) => void = () => {}
  const promise = new Promise<T>((resolve) => (settle = resolve))
  return { promise, resolve: (value) => settle(value) }
}

/** Servers and clients over one transport and virtual time. */
export class Rig {
  readonly ticks: FakeTickManager = new FakeTickManager()
  private readonly opened: { close(): unknown }[] = []

  constructor(
    readonly transport: Transport,
    readonly protocol: 1 | 2 = 2
  ) {}

  /** Its handler answers `[method, params]` unless told otherwise. */
  async server(
    handlers: Partial<BackRPCServerHandler> = {},
    options: BackRPCServerOptions = {},
    port: number | 'random' = 'random'
  ): Promise<{ server: BackRPCServer; port: number }> {
    const echo: BackRPCServerHandler = {
      requestHandler: async (_client, method, params, send) => await send([method, params])
    }
    const all = { transport: this.transport, protocol: this.protocol, ...options }
    const server = new BackRPCServer({ ...echo, ...handlers }, this.ticks, HOST, port, all)
    this.opened.push(server)
    return { server, port: await server.getPort() }
  }

  client(
    id: string,
    port: number,
    handlers: Partial<BackRPCClientHandler> = {},
    options: BackRPCClientOptions = {},
    aliveTimeoutSeconds?: number
  ): BackRPCClient {
    const echo: BackRPCClientHandler = { requestHandler: async (method, params, send) => await send([method, params]) }
    const all = { transport: this.transport, protocol: this.protocol, ...options }
    const client = new BackRPCClient(id, { ...echo, ...handlers }, HOST, port, this.ticks, all, aliveTimeoutSeconds)
    this.opened.push({ close: async () => await client.closeAsync() })
    return client
  }

  async close(): Promise<void> {
    for (const each of this.opened.splice(0).reverse()) await each.close()
  }
}

/** A rig in memory whose network has nodes {@link SERVER} and {@link CLIENT}, and obeys virtual time. */
export class MemoryRig extends Rig {
  readonly network: MemoryNetwork

  constructor(options: MemoryNetworkOptions = {}) {
    let rig: MemoryRig | undefined = undefined
    const schedule = (delayMs: number, fn: () => void): (() => void) =>
      (rig as unknown as MemoryRig).ticks.schedule(delayMs, fn)
    const network = new MemoryNetwork({ reconnectMs: 20, schedule, ...options })
    super({
      listen: async (listen, handlers) => await network.node(SERVER).listen(listen, handlers),
      connect: (connect, handlers) => network.node(CLIENT).connect(connect, handlers)
    })
    this.network = network
    rig = this as MemoryRig
  }

  /** Breaks the connections; they come back after a while. */
  async breakConnections(): Promise<void> {
    this.network.breakConnections(CLIENT)
    await this.ticks.advance(50)
  }
}

export const transports: [string, () => Rig][] = [
  ['memory', () => new Rig(new MemoryNetwork({ reconnectMs: 1 }))],
  ['memory, protocol 1', () => new Rig(new MemoryNetwork({ reconnectMs: 1 }), 1)],
  ['zmtp', () => new Rig(new ZmtpTransport())],
  ['zmtp, protocol 1', () => new Rig(new ZmtpTransport(), 1)],
  ['zeromq', () => new Rig(new ZeromqTransport())],
  ['zeromq, protocol 1', () => new Rig(new ZeromqTransport(), 1)]
]

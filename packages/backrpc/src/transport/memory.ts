// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { checkAddress } from './address'
import { MemoryClient } from './memory-client'
import type { MemoryConnection, MemoryEnd, MemoryRules } from './memory-connection'
import { MemoryServer } from './memory-server'
import type {
  ClientTransport,
  ClientTransportHandlers,
  ConnectOptions,
  ListenOptions,
  ServerTransport,
  ServerTransportHandlers,
  Transport
} from './transport'

/** How a {@link MemoryNetwork} behaves. */
export interface MemoryNetworkOptions {
  /** Runs `fn` later; each message takes one call, and messages of one connection never overtake. Default: a microtask. */
  defer?: (fn: () => void) => void
  /** Calls `fn` after `delayMs`; the answer cancels it. Default: a timer that holds no process open. */
  schedule?: (delayMs: number, fn: () => void) => () => void
  /** Time between two attempts to connect, milliseconds. Default 20. */
  reconnectMs?: number
  /** Bytes under way in one direction of a connection before its sender is told `full`. Default 1 MiB. */
  maxQueuedBytes?: number
}

const LOCAL_HOSTS: ReadonlySet<string> = new Set(['*', '0.0.0.0', '::', 'localhost', '127.0.0.1', '::1'])
const LOCAL_NODE = 'localhost'
const FIRST_EPHEMERAL_PORT = 40_000

function realTimer(delayMs: number, fn: () => void): () => void {
  const timer = setTimeout(fn, delayMs).unref()
  return () => clearTimeout(timer)
}

/**
 * A network within one process, with nodes (think machines) that can be paused, killed and cut off from each other. It
 * is itself the transport of the node `localhost`.
 */
export class MemoryNetwork implements Transport, MemoryRules {
  /** See {@link MemoryNetworkOptions}. */
  readonly maxQueuedBytes: number
  private readonly reconnectMs: number
  private readonly listeners = new Map<string, MemoryServer>()
  private readonly clients = new Set<MemoryClient>()
  /** Those of closed listeners and clients too, as long as their farewell is under way. */
  private readonly connections = new Set<MemoryConnection>()
  private readonly paused = new Set<string>()
  private readonly blocked = new Set<string>()
  private readonly refusing = new Set<string>()
  private nextPort = FIRST_EPHEMERAL_PORT
  private nextAddress = 0
  /** See {@link MemoryNetworkOptions}. */
  readonly defer: (fn: () => void) => void
  private readonly schedule: (delayMs: number, fn: () => void) => () => void

  constructor(options: MemoryNetworkOptions = {}) {
    this.defer = options.defer ?? queueMicrotask
    this.schedule = options.schedule ?? realTimer
    this.reconnectMs = options.reconnectMs ?? 20
    this.maxQueuedBytes = options.maxQueuedBytes ?? 1024 * 1024
  }

  /** The transport of what runs on that node; other nodes reach its listeners under its name as the host. */
  node(name: string): Transport {
    return {
      listen: async (options, handlers) => this.listenOn(name, options, handlers),
      connect: (options, handlers) => this.connectFrom(name, options, handlers)
    }
  }

  async listen(options: ListenOptions, handlers: ServerTransportHandlers): Promise<ServerTransport> {
    return this.listenOn(LOCAL_NODE, options, handlers)
  }

  connect(options: ConnectOptions, handlers: ClientTransportHandlers): ClientTransport {
    return this.connectFrom(LOCAL_NODE, options, handlers)
  }

  /** Whether a message could get from one node to the other now. */
  passes(from: string, to: string): boolean {
    return !this.paused.has(from) && !this.paused.has(to) && !this.blocked.has(`${from}>${to}`)
  }

  /** Nothing reaches or leaves it until `resume`; its connections stand. */
  pause(node: string): void {
    this.paused.add(node)
  }

  /** Ends a `pause`: what waited gets through. */
  resume(node: string): void {
    this.paused.delete(node)
    this.retryAll()
  }

  /** Messages of that direction wait until `unblock`, and no connection is made. */
  block(from: string, to: string): void {
    this.blocked.add(`${from}>${to}`)
  }

  /** Ends a `block`. */
  unblock(from: string, to: string): void {
    this.blocked.delete(`${from}>${to}`)
    this.retryAll()
  }

  /** New connections to that node are refused, or no longer. Those that stand are not touched. */
  refuse(node: string, refused: boolean): void {
    if (refused) this.refusing.add(node)
    else this.refusing.delete(node)
  }

  /** Breaks the connections of a node, or those between two: what is under way is lost, both ends are told. */
  breakConnections(node: string, other?: string): void {
    const between = new Set(other === undefined ? this.connectionsOf(node) : this.connectionsOf(other))
    for (const connection of this.connectionsOf(node)) if (between.has(connection)) connection.break()
  }

  /** The process on that node dies: its listeners are gone, whoever was connected is told, it itself hears nothing. */
  kill(node: string): void {
    const connections = this.connectionsOf(node)
    for (const [key, server] of this.listeners) {
      if (server.node !== node) continue
      server.stop()
      this.listeners.delete(key)
    }
    for (const client of [...this.clients].filter((each) => each.node === node)) {
      client.stop()
      this.clients.delete(client)
    }
    for (const connection of connections) connection.break()
    this.paused.delete(node)
  }

  private connectionsOf(node: string): MemoryConnection[] {
    return [...this.connections].filter(
      ({ open, client, server }) => open && (client.node === node || server.node === node)
    )
  }

  private retryAll(): void {
    for (const connection of this.connections) {
      if (connection.open) connection.retry()
      else this.connections.delete(connection)
    }
  }

  private listenOn(node: string, { host, port }: ListenOptions, handlers: ServerTransportHandlers): MemoryServer {
    checkAddress(host, port, 0)
    const owner = LOCAL_HOSTS.has(host) ? node : host
    const chosen = port === 0 ? this.nextPort++ : port
    const key = `${owner}:${chosen}`
    if (this.listeners.has(key))
      throw new NetworkError('UNAVAILABLE', `Cannot listen at ${host}:${chosen}: the port is in use`)
    const server = new MemoryServer(owner, chosen, this, handlers, () => this.listeners.delete(key))
    this.listeners.set(key, server)
    return server
  }

  private connectFrom(node: string, { host, port }: ConnectOptions, handlers: ClientTransportHandlers): MemoryClient {
    checkAddress(host, port, 1)
    const client: MemoryClient = new MemoryClient(
      node,
      `${host}:${port}`,
      {
        defer: this.defer,
        maxQueuedBytes: this.maxQueuedBytes,
        passes: (from, to) => this.passes(from, to),
        dial: (end) => this.dial(end, host, port),
        later: (fn) => this.schedule(this.reconnectMs, fn),
        left: (closed) => this.clients.delete(closed)
      },
      handlers
    )
    this.clients.add(client)
    return client
  }

  private dial(end: MemoryEnd, host: string, port: number): MemoryConnection | undefined {
    const own = this.listeners.get(`${end.node}:${port}`)
    const server = LOCAL_HOSTS.has(host)
      ? (own ?? this.listeners.get(`${LOCAL_NODE}:${port}`))
      : this.listeners.get(`${host}:${port}`)
    if (server === undefined || this.refusing.has(server.node)) return undefined
    if (!this.passes(end.node, server.node) || !this.passes(server.node, end.node)) return undefined
    const connection = server.accept(`${end.node}#${this.nextAddress++}`, end)
    this.connections.add(connection)
    return connection
  }
}

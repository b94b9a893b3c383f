// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomUUID } from 'node:crypto'
import { silentLogger, type Logger } from '@hcengineering/network-core'
import type { Dealer, Router } from 'zeromq'
import { addressOf, bindAddressOf, bindError, checkAddress, isLoopback } from './address'
import type {
  ClientTransport,
  ClientTransportHandlers,
  ConnectOptions,
  ListenOptions,
  ServerTransport,
  ServerTransportHandlers,
  Transport
} from './transport'
import { ZeromqClient } from './zeromq-client'
import { ZeromqServer } from './zeromq-server'
import { zeromqSettings as settings } from './zeromq-settings'

/** Options of {@link ZeromqTransport}. */
export interface ZeromqTransportOptions {
  logger?: Logger
}

/** What both kinds of sockets set. */
function optionsFor(host: string): object {
  return {
    sendTimeout: 0,
    ipv6: host.includes(':'),
    linger: settings.linger,
    sendHighWaterMark: settings.highWaterMark,
    receiveHighWaterMark: settings.highWaterMark,
    maxMessageSize: settings.maxMessageSize,
    handshakeInterval: settings.handshakeInterval,
    heartbeatInterval: settings.heartbeatInterval
  }
}

/** The binding, loaded when it is first used: it is an option, and brings a library and its threads with it. */
function binding(): typeof import('zeromq') {
  return require('zeromq') as typeof import('zeromq')
}

/** A ROUTER that is told when a peer's connection ends, by a text that nobody else can know. */
function noticingRouter(ip: string, secret: Buffer): Router {
  const { Router: Base } = binding()
  class NoticingRouter extends Base {
    constructor() {
      super({ ...optionsFor(ip), mandatory: true })
      try {
        this.setStringOption(settings.disconnectMessageOption, secret)
      } catch {
        // A libzmq without the draft option: a lost connection is then noticed by the next send, or by silence
      }
    }
  }
  return new NoticingRouter()
}

/**
 * Makes a socket whose events can be read. libzmq names the events of a socket by its place in memory, and the name may
 * still be taken by one that was there before: then another place has to be found.
 */
function observable<Socket extends Dealer | Router>(make: () => Socket): Socket {
  const misplaced: Socket[] = []
  try {
    for (;;) {
      const socket = make()
      try {
        if (!socket.events.closed) return socket
      } catch (error) {
        misplaced.push(socket)
        if (misplaced.length > settings.maxMisplaced) throw error
      }
    }
  } finally {
    for (const socket of misplaced) socket.close()
  }
}

/** ZeroMQ by its native addon: ROUTER listens, DEALER connects. */
export class ZeromqTransport implements Transport {
  private readonly logger: Logger

  constructor({ logger = silentLogger }: ZeromqTransportOptions = {}) {
    this.logger = logger
  }

  async listen({ host, port }: ListenOptions, handlers: ServerTransportHandlers): Promise<ServerTransport> {
    checkAddress(host, port, 0)
    const ip = await bindAddressOf(host)
    const secret = Buffer.from(randomUUID())
    const socket = observable(() => noticingRouter(ip, secret))
    try {
      await socket.bind(`tcp://${addressOf(ip, port === 0 ? '*' : port)}`)
    } catch (error) {
      socket.close()
      throw bindError(addressOf(host, port), error as NodeJS.ErrnoException)
    }
    if (!isLoopback(ip)) {
      const advice = 'anybody who reaches this port is trusted: keep it inside a trusted network'
      this.logger.warn(`Listening beyond this machine without encryption: ${advice}`, { host, port })
    }
    return new ZeromqServer(Number(socket.lastEndpoint?.split(':').at(-1)), socket, secret, handlers)
  }

  connect({ host, port }: ConnectOptions, handlers: ClientTransportHandlers): ClientTransport {
    checkAddress(host, port, 1)
    const options = {
      ...optionsFor(host),
      reconnectInterval: settings.reconnectInterval,
      reconnectMaxInterval: settings.reconnectMaxInterval
    }
    const socket = observable(() => new (binding().Dealer)(options))
    const client = new ZeromqClient(socket, host, port, handlers)
    socket.connect(`tcp://${addressOf(host, port)}`)
    return client
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, silentLogger, type Logger } from '@hcengineering/network-core'
import type { ZmtpRule } from '../wire/zmtp-violation'
import { bindAddressOf, bindError, isLoopback } from './address'
import { placeOf } from './place'
import { RefusalLog } from './refusal-log'
import type {
  ClientTransport,
  ClientTransportHandlers,
  ConnectOptions,
  ListenOptions,
  ServerTransport,
  ServerTransportHandlers,
  Transport
} from './transport'
import { ZmtpClient, type ZmtpClientOptions } from './zmtp-client'
import { ZmtpServer, type ZmtpServerOptions } from './zmtp-server'
import { zmtpSettings as settings } from './zmtp-settings'
import { SlabPool } from './zmtp-slab-pool'
import { plainSockets } from './zmtp-sockets'

/** Options of {@link ZmtpTransport}. */
export interface ZmtpTransportOptions {
  logger?: Logger
  /**
   * A connection on which nothing came for two such intervals is ended, milliseconds; its peer is asked with PING in each
   * of them. Default 0: never, since sessions ping, and their pings are answered from JavaScript as these are. Peers of
   * ZMTP 3.0 don't know PING, and are not asked.
   */
  heartbeatIntervalMs?: number
  /** How long a peer may take for its part of the handshake, milliseconds. Default 2 000. */
  handshakeTimeoutMs?: number
  /** How long a peer that connected may then take to say something, milliseconds. Default 2 000. */
  firstMessageTimeoutMs?: number
  /** How long an attempt to connect may take until another one is made, milliseconds. Default 4 000. */
  connectTimeoutMs?: number
  /** Connections that one listener bears at a time whose peers have said nothing yet; who comes then is refused. Default 1 024. */
  maxHandshakes?: number
}

/** Timers of Node don't take more. */
const MAX_TIMER_MS = 2 ** 31 - 1

function check(name: string, value: number, min: 0 | 1): number {
  if (Number.isInteger(value) && value >= min && value <= MAX_TIMER_MS) return value
  throw new NetworkError('INVALID_ARGUMENT', `${name} must be a whole number ${min}..${MAX_TIMER_MS}, got ${value}`)
}

/**
 * The wire protocol of ZeroMQ, ZMTP 3.1 with mechanism NULL, over sockets of Node: ROUTER listens, DEALER connects. It
 * talks to libzmq at either end. `unix:/absolute/path` as the host, with port 0, is a socket of the file system.
 */
export class ZmtpTransport implements Transport {
  private readonly options: ZmtpClientOptions & Omit<ZmtpServerOptions, 'where'>

  /** @throws NetworkError `INVALID_ARGUMENT` for an option out of its range */
  constructor(options: ZmtpTransportOptions = {}) {
    const { logger = silentLogger } = options
    this.options = {
      logger,
      heartbeatIntervalMs: check('heartbeatIntervalMs', options.heartbeatIntervalMs ?? 0, 0),
      handshakeTimeoutMs: check('handshakeTimeoutMs', options.handshakeTimeoutMs ?? settings.handshakeTimeoutMs, 1),
      firstMessageTimeoutMs: check(
        'firstMessageTimeoutMs',
        options.firstMessageTimeoutMs ?? settings.firstMessageTimeoutMs,
        1
      ),
      connectTimeoutMs: check('connectTimeoutMs', options.connectTimeoutMs ?? settings.connectTimeoutMs, 1),
      maxHandshakes: check('maxHandshakes', options.maxHandshakes ?? settings.maxHandshakes, 1),
      refusals: new RefusalLog(logger),
      slabs: new SlabPool(),
      sockets: plainSockets
    }
  }

  /** How often a peer was refused, by the rule that it broke. */
  get refusals(): ReadonlyMap<ZmtpRule, number> {
    return this.options.refusals.refusals
  }

  async listen({ host, port }: ListenOptions, handlers: ServerTransportHandlers): Promise<ServerTransport> {
    const place = placeOf(host, port, 0)
    const ip = place.kind === 'tcp' ? await bindAddressOf(host) : undefined
    const { logger, sockets } = this.options
    let server: ZmtpServer
    try {
      server = await ZmtpServer.start({ ...this.options, where: place.text }, handlers, (accepting) =>
        sockets.listen(place, ip, accepting)
      )
    } catch (error) {
      throw bindError(place.text, error as NodeJS.ErrnoException)
    }
    if (ip !== undefined && !isLoopback(ip)) {
      const advice = 'anybody who reaches this port is trusted: keep it inside a trusted network'
      logger.warn(`Listening beyond this machine without encryption: ${advice}`, { host, port })
    }
    return server
  }

  connect({ host, port }: ConnectOptions, handlers: ClientTransportHandlers): ClientTransport {
    return new ZmtpClient(placeOf(host, port, 1), this.options, handlers)
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, NetworkError } from '@hcengineering/network-core'
import type { Frames } from '../wire/frames'
import { ZmtpViolation } from '../wire/zmtp-violation'
import type { Place } from './place'
import type { RefusalLog } from './refusal-log'
import type { ClientTransport, ClientTransportHandlers, SendResult } from './transport'
import { ZmtpConnection, type ZmtpConnectionOptions } from './zmtp-connection'
import { zmtpSettings as settings } from './zmtp-settings'
import type { ZmtpSocket, ZmtpSockets } from './zmtp-sockets'

/** What a client needs of its transport. */
export interface ZmtpClientOptions extends ZmtpConnectionOptions {
  readonly connectTimeoutMs: number
  readonly refusals: RefusalLog
  readonly sockets: ZmtpSockets
}

/** How often the patience with slow handshakes doubles: to whom very many come back at one time is not to begin anew with each. */
const maxDoublings = 3

/**
 * - `dialling`: an attempt is under way
 * - `open`: a connection stands, its handshake done or not
 * - `waiting`: for the next attempt
 * - `closed`: for ever
 */
type State =
  | { readonly kind: 'dialling'; readonly abandon: () => void }
  | { readonly kind: 'open'; readonly connection: ZmtpConnection }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' }

/** One peer, dialled again until it is closed. */
export class ZmtpClient implements ClientTransport {
  onWritable?: () => void
  private state: State
  private pauseMs: number = settings.reconnectMinMs
  private closing: Promise<void> | undefined
  /** In a row. */
  private slowHandshakes = 0

  constructor(
    private readonly place: Place,
    private readonly options: ZmtpClientOptions,
    private readonly handlers: ClientTransportHandlers
  ) {
    this.state = this.dial()
  }

  send(frames: Frames): SendResult {
    return this.state.kind === 'open' ? this.state.connection.send(frames) : 'gone'
  }

  redial(cause: Error): void {
    if (this.state.kind === 'open') this.state.connection.destroy(cause)
  }

  close(last?: Frames): Promise<void> {
    this.closing ??= this.end(last)
    return this.closing
  }

  private async end(last: Frames | undefined): Promise<void> {
    const { state } = this
    this.state = { kind: 'closed' }
    if (state.kind === 'dialling') state.abandon()
    if (state.kind === 'waiting') clearTimeout(state.timer)
    if (state.kind === 'open') await state.connection.close(last)
  }

  private dial(): State {
    const { sockets, connectTimeoutMs } = this.options
    const abandon = sockets.dial(this.place, connectTimeoutMs, {
      opened: (socket, intake) => {
        const connection = this.open(socket)
        connection.listen(intake)
        this.state = { kind: 'open', connection }
      },
      failed: (error) => this.lost(`Cannot connect to ${this.place.text}: ${messageOf(error)}`, error)
    })
    return { kind: 'dialling', abandon }
  }

  private open(socket: ZmtpSocket): ZmtpConnection {
    const handshakeTimeoutMs = this.options.handshakeTimeoutMs * 2 ** Math.min(this.slowHandshakes, maxDoublings)
    const options = { ...this.options, handshakeTimeoutMs }
    const connection: ZmtpConnection = new ZmtpConnection(socket, 'DEALER', options, {
      ready: () => {
        this.slowHandshakes = 0
        this.pauseMs = settings.reconnectMinMs
        this.handlers.connected()
      },
      message: (frames) => this.handlers.message(frames),
      part: (chunk, start, end) => {
        if (this.handlers.part !== undefined) this.handlers.part(chunk, start, end)
        else this.handlers.message([chunk.subarray(start, end)])
      },
      batchBegins: () => this.handlers.batchBegins?.(),
      batchEnds: () => this.handlers.batchEnds?.(),
      writable: () => this.onWritable?.(),
      ended: (cause) => this.ended(connection.established, cause)
    })
    return connection
  }

  private ended(established: boolean, cause: Error | undefined): void {
    const where = this.place.text
    if (cause instanceof ZmtpViolation) this.options.refusals.refused(cause, where)
    if (cause instanceof ZmtpViolation && cause.rule === 'handshake-timeout') this.slowHandshakes++
    if (established) {
      const why = cause instanceof ZmtpViolation ? `: ${cause.message}` : ''
      this.lost(`The connection to ${where} was lost${why}`, cause)
    } else if (cause instanceof ZmtpViolation) {
      this.lost(`What listens at ${where} is no server of this network: ${cause.message}`, cause)
    } else {
      const why = cause === undefined ? 'it was closed during the handshake' : messageOf(cause)
      this.lost(`Cannot connect to ${where}: ${why}`, cause)
    }
  }

  private lost(text: string, cause: Error | undefined): void {
    if (this.state.kind === 'closed') return
    const timer = setTimeout(() => {
      this.state = this.dial()
    }, this.pauseMs)
    this.state = { kind: 'waiting', timer }
    this.pauseMs = Math.min(2 * this.pauseMs, settings.reconnectMaxMs)
    this.handlers.disconnected(new NetworkError('UNAVAILABLE', text, { cause }))
  }
}

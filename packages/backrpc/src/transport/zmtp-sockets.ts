// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  connect,
  createServer,
  Socket,
  type AddressInfo,
  type OnReadOpts,
  type Server,
  type SocketConstructorOpts
} from 'node:net'
import type { Duplex } from 'node:stream'
import type { Place } from './place'
import { removeStaleSocket } from './stale-socket'
import { ZmtpIntake } from './zmtp-intake'
import { zmtpSettings as settings } from './zmtp-settings'

/** A connection that stands: bytes both ways. TLS has the same shape. */
export type ZmtpSocket = Duplex

/** Accepts connections until it is closed. */
export interface ZmtpListener {
  /** 0 for a socket of the file system. */
  readonly port: number
  /** Accepts no more at once; resolves when the connections it accepted have ended, too. */
  close(): Promise<void>
}

export interface ListenerHandlers {
  /** @param intake as in {@link DialHandlers} */
  accepted(socket: ZmtpSocket, intake?: ZmtpIntake): void
  /** A connection could not be accepted, for want of file descriptors for example; the listener goes on. */
  missed(error: Error): void
}

export interface DialHandlers {
  /** @param intake takes its reader at once, who gets what comes; without one the socket emits chunks */
  opened(socket: ZmtpSocket, intake?: ZmtpIntake): void
  failed(error: Error): void
}

/** Makes the connections. An implementation over `node:tls` would stand beside {@link plainSockets}. */
export interface ZmtpSockets {
  /** @param ip numeric address, `*` for all interfaces; `undefined` for a socket of the file system */
  listen(place: Place, ip: string | undefined, handlers: ListenerHandlers): Promise<ZmtpListener>
  /** One attempt. Exactly one of the handlers is called, later, unless the function that it answers was called before. */
  dial(place: Place, timeoutMs: number, handlers: DialHandlers): () => void
}

/** TCP and sockets of the file system, unencrypted. The only file that knows how sockets come into being. */
export const plainSockets: ZmtpSockets = {
  async listen(place, ip, handlers) {
    const server = createServer({
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: settings.keepAliveDelayMs,
      // Nothing is read before it is known into what
      pauseOnConnect: true
    })
    server.on('connection', (socket) => {
      const intake = new ZmtpIntake()
      const reading = taken(socket, intake)
      if (reading !== undefined) handlers.accepted(reading, intake)
      else handlers.accepted(socket.resume())
    })
    await bind(server, place, ip)
    server.on('error', (error) => handlers.missed(error))
    const address = server.address() as AddressInfo | string
    return {
      port: typeof address === 'string' ? 0 : address.port,
      close: () => new Promise((resolve) => server.close(() => resolve()))
    }
  },

  dial(place, timeoutMs, handlers) {
    const intake = new ZmtpIntake()
    const socket = dialled(place, intake)
    const settle = (): void => {
      socket.setTimeout(0).removeAllListeners('timeout').removeAllListeners('connect').removeAllListeners('error')
    }
    const abandon = (): void => {
      settle()
      socket.on('error', () => {}).destroy()
    }
    const fail = (error: Error): void => {
      abandon()
      handlers.failed(readable(error))
    }
    socket.on('error', fail)
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${timeoutMs} ms`)))
    socket.once('connect', () => {
      settle()
      handlers.opened(socket, intake)
    })
    return abandon
  }
}

function dialled(place: Place, intake: ZmtpIntake): Socket {
  const onread = into(intake)
  if (place.kind === 'unix') return connect({ path: place.path, onread })
  const { host, port } = place
  const keepAliveInitialDelay = settings.keepAliveDelayMs
  return connect({ host, port, onread, noDelay: true, keepAlive: true, keepAliveInitialDelay })
}

/**
 * The same connection, read into the intake. Node offers that for sockets that it is asked to make, not for those that it
 * accepts, so one is made that takes the place of the accepted one. `undefined` where that cannot be done.
 */
function taken(accepted: Socket, intake: ZmtpIntake): Socket | undefined {
  const inner = accepted as unknown as { _handle: { useUserBuffer?: unknown } | null }
  const handle = inner._handle
  if (typeof handle?.useUserBuffer !== 'function') return undefined
  inner._handle = null
  const options = { handle, onread: into(intake), readable: true, writable: true }
  // What the listener counts is the accepted one
  return new Socket(options as SocketConstructorOpts).once('close', () => accepted.destroy())
}

function into(intake: ZmtpIntake): OnReadOpts {
  return {
    buffer: () => intake.room(),
    callback: (bytes) => {
      intake.came(bytes)
      return true
    }
  }
}

/** Where a name has several addresses, the error of each is inside one without a text. */
function readable(error: Error): Error {
  return error instanceof AggregateError && error.message === '' ? (error.errors as Error[])[0] : error
}

async function bind(server: Server, place: Place, ip: string | undefined): Promise<void> {
  if (place.kind === 'tcp') return listening(server, { port: place.port, host: ip === '*' ? undefined : ip })
  const { path } = place
  try {
    await listening(server, { path })
  } catch (error) {
    const busy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (!busy || !(await removeStaleSocket(path, refuses))) throw error
    await listening(server, { path })
  }
}

function listening(server: Server, at: { path: string } | { port: number; host: string | undefined }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(at, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Nobody listens there, for certain. */
function refuses(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    plainSockets.dial({ kind: 'unix', path, text: path }, settings.connectTimeoutMs, {
      opened: (socket) => {
        socket.destroy()
        resolve(false)
      },
      failed: (error) => resolve((error as NodeJS.ErrnoException).code === 'ECONNREFUSED')
    })
  })
}

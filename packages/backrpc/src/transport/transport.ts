// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from '../wire/frames'

export type { Frames }

/** Address of one connection as its transport names it: it changes with every reconnect, so it is never an identity. */
export type PeerAddress = string

/**
 * What became of a message: `sent`, in the hands of the transport; `full`, that peer reads too slowly (try again later,
 * other peers are unaffected); `gone`, nobody is there, which is a notice of its end.
 */
export type SendResult = 'sent' | 'full' | 'gone'

/** Told around messages that have come together, by transports that know: what they ask for can be done at once. */
export interface BatchHandlers {
  batchBegins?(): void
  batchEnds?(): void
}

/** A listening transport tells its owner. Handlers must not throw. */
export interface ServerTransportHandlers extends BatchHandlers {
  /** A whole message of that peer has come. */
  message(peer: PeerAddress, frames: Frames): void
  /** `message` of one frame, where it lies in what came with it. Transports that can say so do, if it is there. */
  part?(peer: PeerAddress, bytes: Uint8Array, start: number, end: number): void
  /** The connection is lost; the peer may live and come back under another address. */
  disconnected(peer: PeerAddress): void
  /** The transport itself failed and works no more. */
  failed(error: Error): void
}

/** Many peers, each reached by its address. */
export interface ServerTransport {
  /** Where it listens. */
  readonly port: number
  /** Something has come that is not handed on yet: who seems silent may have said something. */
  readonly late?: boolean
  /** Synchronous from the caller's view: ordered per peer; a message is never silently dropped. */
  send(peer: PeerAddress, frames: Frames): SendResult
  /** Called when a peer that was `full` can take more; or polled by the transport's owner where it cannot know. */
  onWritable?: (peer: PeerAddress) => void
  /** Ends the connection of a peer, which may come back over another one. */
  drop?(peer: PeerAddress): void
  /** Cuts a peer off: what still comes from it is dropped. */
  cut(peer: PeerAddress): void
  /** Sends what is queued, within `lingerMs`, and ends. */
  close(): Promise<void>
}

/** A connecting transport tells its owner. Handlers must not throw. */
export interface ClientTransportHandlers extends BatchHandlers {
  /** A whole message has come. */
  message(frames: Frames): void
  /** `message` of one frame, where it lies in what came with it. Transports that can say so do, if it is there. */
  part?(bytes: Uint8Array, start: number, end: number): void
  /** A connection stands. */
  connected(): void
  /** The connection is lost or was refused; the transport goes on trying. */
  disconnected(cause: Error): void
}

/** One peer, reconnected to for ever. */
export interface ClientTransport {
  /** As that of {@link ServerTransport}. */
  send(frames: Frames): SendResult
  /** Called when what was `full` can take more. */
  onWritable?: () => void
  /** Gives up the connection, which may stand and carry nothing, and makes another one. */
  redial?(cause: Error): void
  /**
   * Sends what it has taken, within a short time, and ends.
   *
   * @param last a message that goes behind everything else, taken even where `send` would say `full`: a goodbye
   */
  close(last?: Frames): Promise<void>
}

/** Where to listen. */
export interface ListenOptions {
  /** An address of this machine; `*` for all interfaces. */
  host: string
  /** 0 lets the system choose. */
  port: number
}

/** Where somebody listens. */
export interface ConnectOptions {
  /** Name or address. */
  host: string
  /** 1 to 65535. */
  port: number
}

/** Carries messages between processes, or within one. `testing/` holds every implementation to one suite. */
export interface Transport {
  /** Rejects with a `NetworkError` that names address and cause (port in use, unknown host, no permission). */
  listen(options: ListenOptions, handlers: ServerTransportHandlers): Promise<ServerTransport>
  /** Throws only for a syntactically wrong address; connects in the background. */
  connect(options: ConnectOptions, handlers: ClientTransportHandlers): ClientTransport
}

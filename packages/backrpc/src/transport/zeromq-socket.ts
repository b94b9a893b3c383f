// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What happened to a socket: `type` is the name of the event. */
export interface SocketEvent {
  readonly type: string
  readonly error?: Error
}

/** What a ROUTER and a DEALER of the `zeromq` package have in common, as far as we use it. */
export interface ZeromqSocket {
  readonly closed: boolean
  /** The next `receive` answers at once. */
  readonly readable: boolean
  readonly events: { receive(): Promise<SocketEvent> }
  /** One at a time; with a send timeout of 0 it has settled when it returns. */
  send(parts: Uint8Array[]): Promise<void>
  receive(): Promise<Buffer[]>
  connect(url: string): void
  disconnect(url: string): void
  close(): void
}

/**
 * Hands on what happens to a socket, until it is closed. Not by event listeners: the addon keeps those of the first module
 * that loaded it, which fails where modules are loaded again, as Jest does.
 */
export async function observe(
  socket: ZeromqSocket,
  handle: (event: SocketEvent) => void | Promise<void>
): Promise<void> {
  try {
    const { events } = socket
    for (;;) await handle(await events.receive())
  } catch {
    // Closed
  }
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Pull, Push } from 'zeromq'

/** What goes one way, by hand. */
export interface RawStream {
  readonly port: number
  readonly chunks: number
  readonly bytes: number
}

/** Listens, and sends to who comes: PUSH, which waits where nobody reads. */
export async function push({ port, chunks, bytes }: RawStream): Promise<void> {
  const socket = new Push({ linger: 1000 })
  await socket.bind(`tcp://127.0.0.1:${port}`)
  const chunk = Buffer.alloc(bytes)
  for (let number = 0; number < chunks; number++) await socket.send(chunk)
  socket.close()
}

/** Reads them all; answers how long that took from the first on, in milliseconds. */
export async function pull({ port, chunks }: RawStream): Promise<number> {
  const socket = new Pull()
  socket.connect(`tcp://127.0.0.1:${port}`)
  await socket.receive()
  const begun = performance.now()
  for (let number = 1; number < chunks; number++) await socket.receive()
  const ms = performance.now() - begun
  socket.close()
  return ms
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { connect as connectTcp, createServer, type Socket } from 'node:net'
import type { EchoClient, EchoSystem, EchoValue, Place } from '../systems/echo-system'

type Item = [id: number, value: EchoValue]

const LENGTH_BYTES = 4

/** Frames of one socket: a length in four bytes and a JSON array, everything said in a turn in one. */
class Batches {
  private queue: Item[] = []
  private unread: Buffer = Buffer.alloc(0)

  constructor(
    private readonly socket: Socket,
    private readonly receive: (item: Item) => void
  ) {
    socket.setNoDelay(true)
    socket.on('data', (data: Buffer) => this.read(data))
  }

  send(item: Item): void {
    if (this.queue.push(item) === 1) queueMicrotask(() => this.flush())
  }

  private flush(): void {
    const body = JSON.stringify(this.queue)
    this.queue = []
    const frame = Buffer.allocUnsafe(LENGTH_BYTES + Buffer.byteLength(body))
    frame.writeUInt32BE(frame.length - LENGTH_BYTES)
    frame.write(body, LENGTH_BYTES)
    this.socket.write(frame)
  }

  private read(data: Buffer): void {
    let buffer = this.unread.length === 0 ? data : Buffer.concat([this.unread, data])
    while (buffer.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + buffer.readUInt32BE()
      if (buffer.length < end) break
      for (const item of JSON.parse(buffer.toString('utf8', LENGTH_BYTES, end)) as Item[]) this.receive(item)
      buffer = buffer.subarray(end)
    }
    this.unread = buffer
  }
}

async function connect({ clientPort }: Place): Promise<EchoClient> {
  const socket = connectTcp(clientPort, '127.0.0.1')
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const pending = new Map<number, (value: EchoValue) => void>()
  let nextId = 0
  const batches = new Batches(socket, ([id, value]) => {
    const settle = pending.get(id)
    pending.delete(id)
    settle?.(value)
  })
  return {
    echo: async (value) =>
      await new Promise((resolve) => {
        const id = nextId++
        pending.set(id, resolve)
        batches.send([id, value])
      }),
    close: async () => {
      socket.destroy()
    }
  }
}

/** What Node itself can do: ids and promises over a socket, writes of a turn joined. No deadlines, no limits, no liveness. */
export const tcp: EchoSystem = {
  serve: async ({ port }) => {
    const server = createServer((socket) => {
      const batches: Batches = new Batches(socket, (item) => batches.send(item))
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    return {
      close: async () => {
        server.close()
      }
    }
  },
  connect
}

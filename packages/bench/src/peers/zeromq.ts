// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Dealer, Router, type MessageLike } from 'zeromq'
import type { EchoClient, EchoSystem, EchoValue, Place } from '../systems/echo-system'

interface Sender {
  send(message: MessageLike[]): Promise<void>
}

/** A socket takes one send at a time; the others wait here. */
class SendQueue {
  private readonly waiting: MessageLike[][] = []
  private busy = false

  constructor(private readonly socket: Sender) {}

  push(message: MessageLike[]): void {
    this.waiting.push(message)
    if (!this.busy) void this.drain()
  }

  private async drain(): Promise<void> {
    this.busy = true
    for (let message = this.waiting.shift(); message !== undefined; message = this.waiting.shift()) {
      await this.socket.send(message)
    }
    this.busy = false
  }
}

async function answer(router: Router): Promise<void> {
  const out = new SendQueue(router)
  for await (const [peer, id, body, bytes] of router) {
    if (bytes !== undefined) out.push([peer, id, '', bytes])
    else out.push([peer, id, JSON.stringify(JSON.parse(body.toString()))])
  }
}

async function connect({ clientPort }: Place): Promise<EchoClient> {
  const dealer = new Dealer({ linger: 0 })
  dealer.connect(`tcp://127.0.0.1:${clientPort}`)
  const pending = new Map<string, (frames: Buffer[]) => void>()
  const out = new SendQueue(dealer)
  let nextId = 0
  const listen = async (): Promise<void> => {
    for await (const [id, ...frames] of dealer) {
      const key = id.toString()
      const settle = pending.get(key)
      pending.delete(key)
      settle?.(frames)
    }
  }
  void listen()
  const ask = async (frames: MessageLike[]): Promise<Buffer[]> =>
    await new Promise((resolve) => {
      const id = String(nextId++)
      pending.set(id, resolve)
      out.push([id, ...frames])
    })
  return {
    echo: async (value) => JSON.parse((await ask([JSON.stringify(value)]))[0].toString()) as EchoValue,
    echoBytes: async (bytes) => (await ask(['', bytes as Buffer]))[1],
    close: async () => dealer.close()
  }
}

/** What one would write by hand: DEALER and ROUTER, one message a request, ids and promises. */
export const zeromq: EchoSystem = {
  serve: async ({ port }) => {
    const router = new Router({ linger: 0 })
    await router.bind(`tcp://127.0.0.1:${port}`)
    void answer(router)
    return { close: async () => router.close() }
  },
  connect
}

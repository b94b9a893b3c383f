// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  MemoryNetwork,
  type ConnectOptions,
  type Frames,
  type ServerTransport,
  type Transport
} from '@hcengineering/network-backrpc'
import { HeldClient, HeldServer } from './held-transport'
import { Pile, type BatchHandlers } from './piles'
import type { SimulatedProcess } from './process'
import { Random } from './random'
import type { Trace } from './trace'
import type { VirtualTime } from './virtual-time'

/** Between two attempts to connect. Longer than the default, so that idle time costs few steps. */
const reconnectMs = 100

/** What does something to messages on their way. */
export interface Passage {
  /** Hands a message on, or what becomes of it. */
  pass(frames: Frames, hand: (frames: Frames) => void): void
}

/** What the network under the processes needs. */
export interface LinkOptions {
  readonly time: VirtualTime
  readonly trace: Trace
  readonly seed: number
  readonly latencyMs: readonly [number, number]
  /** Messages pass through it where there is one. */
  readonly hostile: Passage | undefined
  /** What comes over a connection within that time is read together. Absent: each message as it comes. */
  readonly pileMs?: number
}

/** The memory network with virtual time in it: every node is a machine with one process at a time. */
export class Links {
  readonly network: MemoryNetwork
  /** Time that a message needs from now on, at least and at most. */
  latencyMs: readonly [number, number]
  /** Messages, and news of connections, that are on their way. */
  underWay = 0
  private readonly trace: Trace
  private readonly hostile: Passage | undefined
  private readonly time: VirtualTime
  private readonly pileMs: number | undefined
  /** Until when a connection that breaks is one of which its listener hears late, and how much later. */
  private late = { until: -Infinity, byMs: 0 }
  private readonly listening = new Map<string, ServerTransport>()

  constructor({ time, trace, seed, latencyMs, hostile, pileMs }: LinkOptions) {
    const random = new Random(seed, 'latencies')
    this.latencyMs = latencyMs
    this.time = time
    this.trace = trace
    this.hostile = hostile
    this.pileMs = pileMs
    this.network = new MemoryNetwork({
      defer: (fn) => {
        const [least, most] = this.latencyMs
        this.underWay++
        time.after(least + random.next() * (most - least), () => {
          this.underWay--
          fn()
        })
      },
      schedule: (delayMs, fn) => time.after(delayMs, fn),
      reconnectMs
    })
  }

  /** The network as a process on that node has it. */
  transport(node: string, process: SimulatedProcess): Transport {
    const inner = this.network.node(node)
    const arrive = (
      from: string,
      frames: Frames,
      stands: () => boolean,
      take: (frames: Frames) => void,
      pile: Pile
    ): void => {
      const hand = (these: Frames): void => {
        // Even there nothing comes over a connection that is no more
        if (!stands()) return
        process.deliver(() => {
          pile.add(() => {
            this.trace.add(process.name, `< ${from}`, these)
            take(these)
          })
        })
      }
      if (this.hostile === undefined) hand(frames)
      else this.hostile.pass(frames, hand)
    }
    const pileFor = (handlers: BatchHandlers): Pile => new Pile(handlers, this.laterIn(process))
    return {
      listen: async (options, handlers) => {
        const gone = new Set<string>()
        const piles = new Map<string, Pile>()
        const pileOf = (peer: string): Pile => {
          const pile = piles.get(peer) ?? pileFor(handlers)
          piles.set(peer, pile)
          return pile
        }
        const server = await inner.listen(options, {
          message: (peer, frames) =>
            arrive(
              peer,
              frames,
              () => !gone.has(peer),
              (these) => handlers.message(peer, these),
              pileOf(peer)
            ),
          disconnected: (peer) => {
            gone.add(peer)
            const tell = (): void =>
              process.deliver(() => {
                piles.get(peer)?.read()
                piles.delete(peer)
                handlers.disconnected(peer)
              })
            if (this.time.now <= this.late.until) this.time.after(this.late.byMs, tell)
            else tell()
          },
          failed: (error) => process.deliver(() => handlers.failed(error))
        })
        const key = `${node}:${server.port}`
        this.listening.set(key, server)
        return new HeldServer(server, process, () => this.listening.delete(key))
      },
      connect: (options, handlers) => {
        let connection = 0
        const pile = pileFor(handlers)
        return new HeldClient(
          inner.connect(options, {
            message: (frames) => {
              const current = connection
              arrive(addressOf(options), frames, () => connection === current, handlers.message, pile)
            },
            connected: () => process.deliver(() => handlers.connected()),
            disconnected: (cause) => {
              connection++
              process.deliver(() => {
                pile.read()
                handlers.disconnected(cause)
              })
            }
          }),
          process
        )
      }
    }
  }

  /** When a process reads what has piled up for it. */
  private laterIn(process: SimulatedProcess): ((run: () => void) => void) | undefined {
    const { pileMs } = this
    if (pileMs === undefined) return undefined
    return (run) => {
      this.underWay++
      this.time.after(pileMs, () => {
        this.underWay--
        process.deliver(run)
      })
    }
  }

  /** Connections that break now: whoever listens hears of them later by `byMs`. */
  tellLate(byMs: number): void {
    this.late = { until: this.time.now + this.latencyMs[1], byMs }
  }

  /** Somebody listens there. */
  listens(node: string, port: number): boolean {
    return this.listening.has(`${node}:${port}`)
  }

  /** The process on that node is gone, its listeners with it. */
  kill(node: string): void {
    for (const key of [...this.listening.keys()]) if (key.startsWith(`${node}:`)) this.listening.delete(key)
    this.network.kill(node)
  }

  /** Resolves when a message sent now would have come and been answered. */
  async roundTrip(): Promise<void> {
    await new Promise<void>((resolve) => this.network.defer(() => this.network.defer(resolve)))
    if (this.pileMs !== undefined) await this.wait(2 * this.pileMs)
  }

  async wait(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => this.time.after(delayMs, resolve))
  }
}

function addressOf({ host, port }: ConnectOptions): string {
  return `${host}:${port}`
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientWithAgents, NetworkClientImpl } from '@hcengineering/network-client'
import type { ContainerConnection, ContainerReference, ContainerUuid } from '@hcengineering/network-core'
import { ClosedLoop, type Load, type RoundResult } from '../harness/closed-loop'
import { monotonicMs } from '../harness/monotonic'
import { serveCommands } from '../harness/serve-commands'
import { within } from '../harness/waiting'
import { percentilesOf, type Percentiles } from '../model/percentile'
import { sumOf } from '../model/sum'
import { connectTo, type CoordinatorAddress } from '../systems/connect'
import { echoKind } from '../systems/echo-container'
import { echoValue, type EchoValue } from '../systems/echo-system'
import { fanKind, type FanEvent } from '../systems/fan-container'

/** What the readers of a process have got since they were last asked. */
export interface Received {
  readonly events: number
  /** Events that did not carry the number after the one before. */
  readonly outOfOrder: number
  /** Readers that were told of a gap. */
  readonly gaps: number
  /** When the last of those that were waited for had come; see `monotonicMs`. */
  readonly lastAtMs: number
}

/** What requests at a steady pace met. */
export interface PacedResult extends Percentiles {
  readonly answered: number
  readonly failed: number
}

/** How a process of clients fills the network. */
export interface Population {
  /** At least one for each client. */
  readonly containers: number
  readonly fillers: number
  /** Gets in flight, for each filler. */
  readonly inFlight: number
}

/** What the reader of a stream met. */
export interface StreamReading {
  readonly ms: number
  /** Chunks that did not come in their place. */
  readonly missing: number
}

const clients: ClientWithAgents[] = []
/** The connection of the first client to a fan. */
let fan: ContainerConnection | undefined
const connections: ContainerConnection[] = []
/** What was got since the last release. */
const references: ContainerReference[] = []
let events = 0
let outOfOrder = 0
let gaps = 0
/** How many are waited for, and what to do when they have come. */
let wanted = Infinity
let onWanted = (): void => {}

function read(connection: ContainerConnection): void {
  let last: number | undefined
  connection.on = async ({ n }: FanEvent) => {
    if (last !== undefined && n !== last + 1) outOfOrder++
    last = n
    if (++events === wanted) onWanted()
  }
  connection.onGap = () => {
    gaps++
    last = undefined
  }
}

const everyClient = async <T>(run: (client: ClientWithAgents, i: number) => Promise<T>): Promise<T[]> =>
  await Promise.all(clients.map(run))

/** Requests of one connection, one after the other, every `everyMs` or as fast as they are answered. */
async function pace(
  connection: ContainerConnection,
  { everyMs, durationMs, firstAfterMs }: { everyMs: number; durationMs: number; firstAfterMs: number },
  samples: number[]
): Promise<number> {
  let failed = 0
  await new Promise((resolve) => setTimeout(resolve, firstAfterMs))
  const end = performance.now() + durationMs
  for (let next = performance.now(); next < end; next += everyMs) {
    const wait = next - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const begun = performance.now()
    try {
      await connection.request('echo', echoValue(samples.length))
      samples.push(performance.now() - begun)
    } catch {
      failed++
    }
    next = Math.max(next, performance.now() - everyMs)
  }
  return failed
}

const commands = {
  /** Resolves when all have a session. */
  start: async (options: CoordinatorAddress & { clients: number }): Promise<void> => {
    for (let i = 0; i < options.clients; i++) clients.push(connectTo(options))
    await everyClient(async (client) => await client.waitConnection())
  },
  /** Every client gets a container of its own; the first `fillers` of them share the rest. All are held. */
  populate: async ({ containers, fillers, inFlight }: Population): Promise<number> => {
    let left = containers - clients.length
    const getOne = async (client: ClientWithAgents): Promise<void> => {
      await client.get(echoKind, { uuid: crypto.randomUUID() as ContainerUuid })
    }
    const fill = async (client: ClientWithAgents): Promise<void> => {
      while (--left >= 0) await getOne(client)
    }
    await everyClient(getOne)
    const filling = clients.slice(0, fillers).flatMap((client) => Array.from({ length: inFlight }, () => client))
    await Promise.all(filling.map(fill))
    // A client holds what it got, whoever keeps the references
    return clients.reduce((sum, client) => sum + (client as unknown as NetworkClientImpl).references.size, 0)
  },
  /** Gets of new uuids. */
  getNew: async (load: Load): Promise<RoundResult> => {
    const get = async (): Promise<boolean> => {
      const uuid = crypto.randomUUID() as ContainerUuid
      const reference = await clients[0].get(echoKind, { uuid })
      references.push(reference)
      return reference.uuid === uuid
    }
    return await new ClosedLoop(get, load).run()
  },
  release: async (): Promise<void> => {
    await Promise.all(references.splice(0).map(async (reference) => await reference.close()))
  },
  /** Every client connects to the fan of that uuid. */
  listen: async ({ uuid }: { uuid: string }): Promise<void> => {
    await everyClient(async (client) => {
      const reference = await client.get(fanKind, { uuid: uuid as ContainerUuid })
      const connection = await reference.connect()
      fan ??= connection
      read(connection)
    })
  },
  /** The first client reads a stream of its fan, with a pause after each chunk. */
  readStream: async (stream: { chunks: number; bytes: number; pauseMs: number }): Promise<StreamReading> => {
    const begun = performance.now()
    let next = 0
    let misplaced = 0
    for await (const chunk of (fan?.stream?.('chunks', stream) ?? []) as AsyncIterable<Uint8Array>) {
      if (Buffer.from(chunk.buffer, chunk.byteOffset).readUInt32BE() !== next++) misplaced++
      if (stream.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, stream.pauseMs))
    }
    return { ms: performance.now() - begun, missing: misplaced + stream.chunks - next }
  },
  /** Resolves when that many events came, or `withinMs` later with what there is. */
  received: async ({ total, withinMs }: { total: number; withinMs: number }): Promise<Received> => {
    const all = new Promise<void>((resolve) => (onWanted = resolve))
    wanted = total
    if (events < total) await within(all, 'all events', withinMs).catch(() => {})
    const got = { events, outOfOrder, gaps, lastAtMs: monotonicMs() }
    events = outOfOrder = gaps = 0
    wanted = Infinity
    return got
  },
  /** Stands still, as a process does that computes for too long: reads nothing. */
  block: ({ ms }: { ms: number }): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  },
  /** Every client connects to an echo container of that name and its own number. */
  connect: async ({ name, shared }: { name: string; shared?: boolean }): Promise<void> => {
    const opened = await everyClient(async (client, i) => {
      const uuid = (shared === true ? name : `${name}-${i}`) as ContainerUuid
      return await (await client.get(echoKind, { uuid })).connect()
    })
    connections.push(...opened)
  },
  /** Every connection at a pace of its own, spread over the interval. */
  paced: async ({ everyMs, durationMs }: { everyMs: number; durationMs: number }): Promise<PacedResult> => {
    const samples: number[] = []
    const failures = await Promise.all(
      connections.map(async (connection, i) => {
        const firstAfterMs = (i * everyMs) / connections.length
        return await pace(connection, { everyMs, durationMs, firstAfterMs }, samples)
      })
    )
    const failed = sumOf(failures)
    return { ...percentilesOf(samples), answered: samples.length, failed }
  },
  /** As much as the first connection takes. */
  load: async (load: Load): Promise<RoundResult> => {
    const ask = async (n: number): Promise<boolean> =>
      ((await connections[0].request('echo', echoValue(n))) as EchoValue).n === n
    return await new ClosedLoop(ask, load).run()
  }
}

/** What a scenario may ask of a process of clients. */
export type ClientsCommands = typeof commands

serveCommands(commands)

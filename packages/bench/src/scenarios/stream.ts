// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import { freePort } from '../harness/ports'
import { COLLECTABLE } from '../harness/processes'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { ratioOf, spreadOf } from '../model/spread'
import type { AgentsCommands } from '../programs/agents'
import type { ClientsCommands, StreamReading } from '../programs/clients'
import type { RawStreamCommands } from '../programs/raw-stream'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const CHUNK_BYTES = 64 * 1024
const MEGABYTE = 1e6
/** How much slower than it could the slow reader reads. */
const SLOWER = 100

const perSecond = (chunks: number, ms: number): number => (chunks * CHUNK_BYTES) / MEGABYTE / (ms / 1000)

/** Chunks a second over a socket of zeromq, written by hand. */
async function raw({ processes }: ScenarioContext, chunks: number): Promise<number> {
  const stream = { port: await freePort(), chunks, bytes: CHUNK_BYTES }
  const [writer, reader] = ['writer', 'reader'].map((role) => processes.child<RawStreamCommands>(role, 'raw-stream'))
  const writing = writer.call('push', stream)
  const ms = await reader.call('pull', stream)
  await writing
  await Promise.all([writer.kill(), reader.kill()])
  return perSecond(chunks - 1, ms)
}

/** The most that the processes have grown by while the reader took its time, in MB. */
async function growth(
  agent: Child<AgentsCommands>,
  client: Child<ClientsCommands>,
  reading: () => Promise<StreamReading>
): Promise<{ mb: number; result: StreamReading }> {
  const used = async (): Promise<number[]> => [
    (await agent.call('usage', { collect: true })).memoryBytes,
    (await client.call('usage', { collect: true })).memoryBytes
  ]
  const before = await used()
  const state = { over: false }
  const ending = reading().finally(() => (state.over = true))
  let most = 0
  while (!state.over) {
    const now = await used()
    most = Math.max(most, ...now.map((bytes, index) => bytes - before[index]))
  }
  return { mb: most / MEGABYTE, result: await ending }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const chunks = sized(context, { smoke: 200, default: 4000, full: 20_000 })
  const rounds = sized(context, { smoke: 1, default: 5, full: 7 })
  // Those of zeromq are new in each round, and run in C++
  const warmUps = sized(context, { smoke: 0, default: 2, full: 2 })
  const world = await World.start(context)
  const agent = await world.agents()
  const client = await world.clients(1, 'reader', COLLECTABLE)
  await client.call('listen', { uuid: 'fan' })
  const read = async (count: number, pauseMs: number): Promise<StreamReading> =>
    await client.call('readStream', { chunks: count, bytes: CHUNK_BYTES, pauseMs })

  const [ours, theirs]: [number[], number[]] = [[], []]
  let lost = 0
  for (let round = 1 - warmUps; round <= rounds; round++) {
    context.progress(round < 1 ? 'warming up' : `round ${round} of ${rounds}`)
    const rate = round < 1 ? undefined : await raw(context, chunks)
    const { ms, missing } = await read(chunks, 0)
    lost += missing
    if (rate === undefined) continue
    theirs.push(rate)
    ours.push(perSecond(chunks, ms))
  }
  context.progress(`a reader ${SLOWER} times slower`)
  const { median } = spreadOf(ours)
  const pauseMs = (SLOWER * CHUNK_BYTES) / MEGABYTE / (median / 1000)
  const slow = sized(context, { smoke: 10, default: 100, full: 500 })
  const { mb, result } = await growth(agent, client, async () => await read(slow, pauseMs))
  lost += result.missing
  return {
    rows: [
      judged({ name: '64 KiB chunks, MB/s ÷ raw zeromq one way', unit: '×' }, ratioOf(ours, theirs), { atLeast: 0.8 }),
      reported({ name: '64 KiB chunks', unit: 'MB/s' }, spreadOf(ours), 'more'),
      reported({ name: '64 KiB chunks, raw zeromq one way', unit: 'MB/s' }, spreadOf(theirs), 'more'),
      reported(
        {
          name: `memory while the reader is ${SLOWER} × slower`,
          unit: 'MB',
          remark: `the most by which the agent or the client grew while ${slow} chunks were read`
        },
        spreadOf([mb]),
        'less'
      ),
      judged({ name: 'chunks lost, or out of order', unit: 'count' }, spreadOf([lost]), { atMost: 0 })
    ],
    lost
  }
}

/** A stream of chunks, and what a slow reader costs. */
export const streamThroughput: Scenario = {
  name: 'stream',
  title: 'Stream of 64 KiB chunks',
  tags: ['memory pressure'],
  run
}

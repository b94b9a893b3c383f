// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { monotonicMs } from '../harness/monotonic'
import { until } from '../harness/waiting'
import type { ScenarioResult } from '../model/report'
import { judged, reported, type Row } from '../model/row'
import { spreadOf } from '../model/spread'
import { sumOf } from '../model/sum'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { stallRow } from './stall-row'
import { World } from './world'

const MEGABYTE = 1e6
/** Clients of each process that share the work of getting most of the containers, and how much each does at a time. */
const FILLERS = 4
const FILL_IN_FLIGHT = 16
const MINUTE = 60_000

interface Sizes {
  readonly containers: number
  readonly clients: number
  readonly clientProcesses: number
  readonly agents: number
  readonly agentProcesses: number
  readonly starts: number
}

const sizes: Readonly<Record<ScenarioContext['scale'], Sizes>> = {
  smoke: { containers: 60, clients: 6, clientProcesses: 2, agents: 4, agentProcesses: 2, starts: 1 },
  default: { containers: 100_000, clients: 1000, clientProcesses: 4, agents: 50, agentProcesses: 2, starts: 3 },
  full: { containers: 100_000, clients: 1000, clientProcesses: 4, agents: 50, agentProcesses: 2, starts: 9 }
}

async function timed<T>(run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begun = monotonicMs()
  const value = await run()
  return { value, ms: monotonicMs() - begun }
}

/** From the start of the process until it listens, and its memory then. */
async function starts(context: ScenarioContext, times: number): Promise<{ ms: number[]; bytes: number[] }> {
  const ms: number[] = []
  const bytes: number[] = []
  for (let i = 0; i < times; i++) {
    const started = await timed(async () => await World.start(context))
    ms.push(started.ms)
    bytes.push((await started.value.coordinator.call('usage', {})).memoryBytes)
    await started.value.coordinator.kill()
  }
  return { ms, bytes }
}

/** How long a restarted coordinator may take; the report says when it was not enough. */
const patience: Readonly<Record<ScenarioContext['scale'], number>> = {
  smoke: MINUTE,
  default: MINUTE,
  full: 10 * MINUTE
}

/** Kills the coordinator; until the next one knows everything again. */
async function restart(world: World, containers: number, withinMs: number): Promise<Row> {
  const described = { name: 'killed and restarted, all containers known again', unit: 'ms' } as const
  await world.coordinator.kill()
  const begun = monotonicMs()
  await world.restartCoordinator()
  let known = 0
  const all = async (): Promise<boolean> => {
    known = await world.coordinator.call('containers', undefined, withinMs)
    return known >= containers
  }
  try {
    await until(all, 'the coordinator knows all containers again', { withinMs, everyMs: 250 })
  } catch {
    const remark = `${known} of ${containers} were known again after ${withinMs / 1000} s, when the wait was given up`
    return { ...described, better: 'less', verdict: 'reported', remark }
  }
  const remark = 'start of the process included; asked every 250 ms'
  return reported({ ...described, remark }, spreadOf([monotonicMs() - begun]), 'less')
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { containers, clients, clientProcesses, agents, agentProcesses, starts: times } = sized(context, sizes)
  context.progress('starting coordinators')
  const idle = await starts(context, times)
  // The fill is no measure of latency: on a slow machine it waits longer than a default allows
  const world = await World.start(context, { timeouts: { startMs: MINUTE, getMs: 10 * MINUTE } })
  const before = await world.coordinator.call('usage', { collect: true })
  context.progress(`starting ${agents} agents and ${clients} clients`)
  const joined = await timed(async () => {
    await Promise.all(Array.from({ length: agentProcesses }, async () => await world.agents(agents / agentProcesses)))
    return await Promise.all(
      Array.from({ length: clientProcesses }, async () => await world.clients(clients / clientProcesses))
    )
  })
  const joinedUsage = await world.coordinator.call('usage', { collect: true })
  context.progress(`starting ${containers} containers`)
  const filled = await timed(
    async () =>
      await Promise.all(
        joined.value.map(
          async (child) =>
            await child.call(
              'populate',
              { containers: containers / clientProcesses, fillers: FILLERS, inFlight: FILL_IN_FLIGHT },
              10 * MINUTE
            )
        )
      )
  )
  const got = sumOf(filled.value)
  const live = await world.coordinator.call('containers', undefined)
  const after = await world.coordinator.call('usage', { collect: true })
  context.progress('restarting the coordinator under them')
  const restarted = await restart(world, containers, sized(context, patience))
  const { longestStallMs = 0 } = await world.coordinator.call('usage', {})
  const perContainer = (bytes: number): number => bytes / containers
  return {
    rows: [
      judged(
        { name: 'memory per container over the idle size', unit: 'bytes', remark: 'in use after a collection' },
        spreadOf([perContainer(after.usedBytes - before.usedBytes)]),
        { atMost: 1024 }
      ),
      reported(
        {
          name: 'resident memory per container over the idle size',
          unit: 'bytes',
          remark: 'with what is not collected yet'
        },
        spreadOf([perContainer(after.memoryBytes - before.memoryBytes)]),
        'less'
      ),
      judged({ name: 'idle coordinator, resident', unit: 'MB' }, spreadOf(idle.bytes.map((n) => n / MEGABYTE)), {
        atMost: 100
      }),
      judged({ name: 'start of the process until it listens', unit: 'ms' }, spreadOf(idle.ms), { atMost: 1000 }),
      reported(
        { name: 'memory per client and agent', unit: 'bytes', remark: 'in use after a collection' },
        spreadOf([(joinedUsage.usedBytes - before.usedBytes) / (clients + agents)]),
        'less'
      ),
      reported({ name: 'all agents and clients ready', unit: 'ms' }, spreadOf([joined.ms]), 'less'),
      reported({ name: 'containers started', unit: '/s' }, spreadOf([(1000 * got) / filled.ms]), 'more'),
      restarted,
      stallRow('coordinator, longest stall while it is restarted', [longestStallMs])
    ],
    notes: [
      `${containers} containers, ${clients} clients in ${clientProcesses} processes, ${agents} agents in ${agentProcesses}. Every client holds at least one container, ${FILLERS} of each process most of them.`
    ],
    lost: containers - Math.min(got, live)
  }
}

/** What it costs that much exists. */
export const liveContainers: Scenario = {
  name: 'live-containers',
  title: 'Many live containers, clients and agents',
  tags: ['container scaling', 'memory pressure'],
  run
}

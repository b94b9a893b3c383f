// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { SystemRounds } from '../harness/echo-rounds'
import type { BarChart, Chart, LineChart, Series } from '../model/chart'
import type { Measurement } from '../model/measurement'
import type { ScenarioResult } from '../model/report'
import type { Row } from '../model/row'
import { lostIn } from '../model/sum'
import { entryOf, type SystemName } from '../systems/catalogue'
import { measureEchoes, startEchoes } from './echo-sizes'
import { ratioRow, type RatioGoal } from './ratio-row'
import { sized, type Scenario, type ScenarioContext } from './scenario'

const systems = ['direct', 'backrpc', 'tcp', 'zeromq', 'moleculer', 'nats', 'grpc'] as const

type Level = ReadonlyMap<SystemName, SystemRounds>

interface Goal extends Omit<RatioGoal, 'name'> {
  readonly inFlight: number
}

const goals: readonly Goal[] = [
  { inFlight: 256, peer: 'zeromq', field: 'perSecond', target: { atLeast: 5 } },
  { inFlight: 256, peer: 'moleculer', field: 'perSecond', target: { atLeast: 4 } },
  { inFlight: 256, peer: 'nats', field: 'perSecond', target: { atLeast: 4 } },
  { inFlight: 256, peer: 'grpc', field: 'perSecond', target: { atLeast: 4 } },
  { inFlight: 256, peer: 'tcp', field: 'perSecond', target: { atLeast: 0.6 } },
  { inFlight: 1, peer: 'zeromq', field: 'p50Ms', target: { atMost: 0.65 } },
  { inFlight: 1, peer: 'tcp', field: 'p50Ms', target: { atMost: 1.2 } }
]

function rowOf({ inFlight, ...goal }: Goal, levels: ReadonlyMap<number, Level>): Row {
  const { peer, field } = goal
  const what = field === 'perSecond' ? 'requests/s' : 'p50'
  const name = `${inFlight} in flight, ${what} ÷ ${entryOf(peer).title}`
  const level = levels.get(inFlight)
  return ratioRow({ ...goal, name }, level?.get('direct'), level?.get(peer))
}

function seriesOf(levels: ReadonlyMap<number, Level>, value: (m: Measurement) => number): Series[] {
  return systems.flatMap((system) => {
    const points = [...levels].flatMap(([inFlight, level]) => {
      const measurement = level.get(system)?.measurement
      return measurement === undefined ? [] : [[inFlight, value(measurement)] as const]
    })
    const { title, ours } = entryOf(system)
    return points.length === 0 ? [] : [{ name: title, ours, points }]
  })
}

/** The level that most targets are about, with how far its rounds lie apart. */
function barsOf(levels: ReadonlyMap<number, Level>): BarChart {
  const bars = [...(levels.get(256) ?? [])].map(([system, { measurement }]) => {
    const { median: value, min, max } = measurement.perSecond
    const { title: name, ours } = entryOf(system)
    return { name, ours, value, min, max }
  })
  const sorted = bars.sort((a, b) => b.value - a.value)
  return {
    kind: 'bars',
    title: 'Echo with 256 in flight',
    label: 'requests per second, median and range',
    bars: sorted
  }
}

function chartsOf(levels: ReadonlyMap<number, Level>): Chart[] {
  const x: LineChart['x'] = { label: 'requests in flight', scale: 'logarithmic' }
  return [
    {
      kind: 'lines',
      title: 'Echo of a small JSON object: requests per second',
      x,
      y: { label: 'requests per second', scale: 'logarithmic' },
      series: seriesOf(levels, ({ perSecond }) => perSecond.median)
    },
    {
      kind: 'lines',
      title: 'Echo of a small JSON object: p50 latency',
      x,
      y: { label: 'p50 latency (ms)', scale: 'logarithmic' },
      series: seriesOf(levels, ({ p50Ms }) => p50Ms.median)
    },
    barsOf(levels)
  ]
}

/** Bytes on the wire, each through a counting proxy of its own. Moleculer's peers tell each other where they really are. */
async function bytesOnTheWire(context: ScenarioContext): Promise<Map<SystemName, number>> {
  const countable = systems.filter((name) => name !== 'moleculer')
  context.progress('counting bytes')
  const runs = await startEchoes(context, countable, { proxyDelayMs: 0 })
  const bytes = new Map<SystemName, number>()
  for (const run of runs) {
    const counted = await run.bytesPerRequest(sized(context, { smoke: 16, default: 1000, full: 5000 }))
    if (counted !== undefined) bytes.set(run.system, counted)
  }
  return bytes
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const inFlights = sized(context, { smoke: [1, 256], default: [1, 16, 64, 256, 1024], full: [1, 16, 64, 256, 1024] })
  const runs = await startEchoes(context, systems)
  const levels = new Map<number, Level>()
  for (const inFlight of inFlights) {
    // Levels without a target get fewer rounds
    const targeted = goals.some((goal) => goal.inFlight === inFlight)
    const few = sized(context, { smoke: 1, default: 3, full: 9 })
    const rounds = await measureEchoes(context, runs, { inFlight }, targeted ? undefined : few)
    levels.set(inFlight, new Map(runs.map(({ system }, i) => [system, rounds[i]])))
  }
  await context.processes.end()
  const bytes = await bytesOnTheWire(context)
  const measurements = [...levels.values()].flatMap((level) =>
    [...level].map(([system, { measurement }]) => ({ ...measurement, bytesPerRequest: bytes.get(system) }))
  )
  return {
    rows: goals.map((goal) => rowOf(goal, levels)),
    measurements,
    charts: chartsOf(levels),
    notes: [
      'Bytes on the wire are TCP payload both ways, from a run of its own through a counting proxy with 16 in flight, liveness included.'
    ],
    lost: lostIn(measurements)
  }
}

/** A small JSON object there and back, client and agent each a process, beside all peers. */
export const directEcho: Scenario = {
  name: 'direct-echo',
  title: 'Direct echo',
  tags: ['high request volume'],
  run
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { EchoRun } from '../harness/echo-run'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { spreadOf } from '../model/spread'
import { lostIn } from '../model/sum'
import { measureEchoes } from './echo-sizes'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const KIB = 1024
const MEGABYTE = 1e6
const HEAP_MIB = 64
const EVENT_BYTES = 16 * KIB
const EVENTS_A_BURST = 64
const GRACE_MS = 20_000

/** Large values through an agent that has little memory. */
async function smallHeap(context: ScenarioContext): Promise<ScenarioResult> {
  const flags = [`--max-old-space-size=${HEAP_MIB}`]
  const run = await EchoRun.start(context.processes, 'direct', { serverFlags: flags })
  const [{ measurement }] = await measureEchoes(context, [run], { inFlight: 16, bytes: 256 * KIB })
  const agent = measurement.processes.find(({ role }) => role === 'server')
  const described = { ...measurement, load: `256 KiB, ${measurement.load}, heap of ${HEAP_MIB} MiB` }
  return {
    rows: [
      judged(
        { name: `256 KiB values, agent with a heap of ${HEAP_MIB} MiB, failed`, unit: 'count' },
        spreadOf([lostIn([measurement])]),
        { atMost: 0 }
      ),
      reported(
        { name: 'the same agent, peak memory', unit: 'MB' },
        spreadOf([(agent?.peakMemoryBytes ?? 0) / MEGABYTE]),
        'less'
      )
    ],
    measurements: [described],
    lost: lostIn([measurement])
  }
}

/** Events to a reader that stands still. */
async function deafReader(context: ScenarioContext): Promise<ScenarioResult> {
  const bursts = sized(context, { smoke: 16, default: 64, full: 256 })
  const deafMs = sized(context, { smoke: 400, default: 2000, full: 10_000 })
  const world = await World.start(context)
  const agent = await world.agents()
  const reader = await world.clients(1, 'reader')
  await reader.call('listen', { uuid: 'fan' })
  const before = await agent.call('usage', { collect: true })
  const deaf = reader.call('block', { ms: deafMs })
  const { accepted, refused } = await agent.call('burst', { bursts, events: EVENTS_A_BURST, bytes: EVENT_BYTES })
  const during = await agent.call('usage', { collect: true })
  await deaf
  const { events, outOfOrder, ...got } = await reader.call('received', { total: accepted, withinMs: GRACE_MS })
  // The notice of what was refused comes behind
  const later = refused > 0 ? await reader.call('received', { total: 1, withinMs: deafMs }) : { gaps: 0 }
  const gaps = got.gaps + later.gaps
  const offered = ((accepted + refused) * EVENT_BYTES) / MEGABYTE
  // What is missing must have been told: by a gap there, or by a refusal here
  const untold = events < accepted && gaps === 0 ? accepted - events : 0
  return {
    rows: [
      reported(
        {
          name: 'agent, memory for a reader that stands still',
          unit: 'MB',
          remark: `${Math.round(offered)} MB of events were offered`
        },
        spreadOf([(during.memoryBytes - before.memoryBytes) / MEGABYTE]),
        'less'
      ),
      reported({ name: 'events that reader got', unit: 'count' }, spreadOf([events]), 'more'),
      reported({ name: 'gaps it was told of', unit: 'count' }, spreadOf([gaps]), 'less'),
      judged({ name: 'events lost untold, or out of order', unit: 'count' }, spreadOf([untold + outOfOrder]), {
        atMost: 0
      })
    ],
    lost: untold + outOfOrder
  }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  context.progress('large values, small heap')
  const heap = await smallHeap(context)
  await context.processes.end()
  context.progress('a reader that stands still')
  const deaf = await deafReader(context)
  return { rows: [...heap.rows, ...deaf.rows], measurements: heap.measurements, lost: heap.lost + deaf.lost }
}

/** Little memory, and peers who would take much. */
export const memoryPressure: Scenario = {
  name: 'memory-pressure',
  title: 'Memory pressure',
  tags: ['memory pressure'],
  run
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'
import type { Measurement } from '../model/measurement'
import type { ScenarioResult } from '../model/report'
import type { Row } from '../model/row'
import { lostIn } from '../model/sum'
import type { EchoLoad } from '../programs/echo-client'
import { measureEchoes, startEchoes } from './echo-sizes'
import type { Scenario, ScenarioContext } from './scenario'
import { stallRow } from './stall-row'

/** What a payload holds besides the bytes or items of the echo. */
const BESIDES_BYTES = 1024
const BESIDES_ITEMS = 100

interface LimitLoad extends Pick<EchoLoad, 'inFlight' | 'bytes' | 'items'> {
  readonly title: string
}

/** As much at a time as the default limits let through, each in its own way. */
const loads: readonly LimitLoad[] = [
  { title: 'small objects', inFlight: limits.maxInFlightRequests },
  {
    title: 'largest payloads of bytes',
    inFlight: Math.floor(limits.maxInFlightBytes / limits.maxPayloadBytes),
    bytes: limits.maxPayloadBytes - BESIDES_BYTES
  },
  { title: 'most values in a payload', inFlight: 16, items: limits.maxPayloadTokens - BESIDES_ITEMS }
]

/** Processes as the measurements call them, and as the report does. */
const processes = { client: 'client', coordinator: 'coordinator', server: 'agent' }

function rowsOf(load: string, measurements: readonly Measurement[]): Row[] {
  const costs = measurements.flatMap((measurement) => measurement.processes)
  return Object.entries(processes).map(([role, title]) => {
    const stalls = costs.flatMap((cost) => (cost.role === role ? (cost.longestStallMs ?? []) : []))
    return stallRow(`${title}, ${load}`, stalls)
  })
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const runs = await startEchoes(context, ['direct', 'coordinator'])
  const rows: Row[] = []
  const measurements: Measurement[] = []
  for (const { title, ...load } of loads) {
    const rounds = await measureEchoes(context, runs, load)
    const measured = rounds.map(({ measurement }) => ({ ...measurement, load: `${title}, ${measurement.load}` }))
    rows.push(...rowsOf(`${title}, ${load.inFlight} in flight`, measured))
    measurements.push(...measured)
  }
  return {
    rows,
    measurements,
    notes: [
      'The longest time for which the event loop of a process did not turn, of all rounds and of both ways, with what the benchmark itself does there.',
      'On cores that others use too it counts the time in which the process was not scheduled.'
    ],
    lost: lostIn(measurements)
  }
}

/** How long the processes stand still when peers use the default limits to the full. */
export const loopStall: Scenario = {
  name: 'loop-stall',
  title: 'Longest stall of the event loop at the default limits',
  tags: ['high request volume', 'memory pressure'],
  run
}

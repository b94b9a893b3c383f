// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ScenarioResult } from '../model/report'
import { reported } from '../model/row'
import { spreadOf } from '../model/spread'
import { lostIn } from '../model/sum'
import { measureEchoes, roundsOf, startEchoes } from './echo-sizes'
import type { Scenario, ScenarioContext } from './scenario'

const DELAY_MS = 5

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const runs = await startEchoes(context, ['direct', 'coordinator', 'tcp'], { proxyDelayMs: DELAY_MS })
  const single = await measureEchoes(context, runs, { inFlight: 1 })
  const many = await measureEchoes(context, runs, { inFlight: 256 })
  const rows = (['direct', 'coordinator'] as const).flatMap((system) => {
    const ours = roundsOf(runs, single, system)
    const floor = roundsOf(runs, single, 'tcp')
    if (ours === undefined || floor === undefined) return []
    const added = ours.p50Ms.map((p50, i) => p50 - floor.p50Ms[i])
    return [
      reported(
        { name: `${system}: p50 at 1 in flight beyond that of plain TCP over the same way`, unit: 'ms' },
        spreadOf(added),
        'less'
      )
    ]
  })
  const measurements = [...single, ...many].map(({ measurement }) => ({
    ...measurement,
    load: `${measurement.load}, ${DELAY_MS} ms each way`
  }))
  return {
    rows,
    measurements,
    notes: [
      `A proxy on loopback delays each way by ${DELAY_MS} ms: a request cannot take less than ${2 * DELAY_MS} ms, and more than that by about the number of round trips beyond one.`
    ],
    lost: lostIn(measurements)
  }
}

/** The same echo over a longer way. */
export const networkLatency: Scenario = {
  name: 'network-latency',
  title: 'Network latency',
  tags: ['network latency'],
  run
}

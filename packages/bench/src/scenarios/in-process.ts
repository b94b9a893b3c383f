// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { spreadOf } from '../model/spread'
import { lostIn } from '../model/sum'
import { measureEchoes, startEchoes } from './echo-sizes'
import { sized, type Scenario, type ScenarioContext } from './scenario'

const MICROSECONDS = 1e6
/** Request and answer are copied once each. */
const CLONES_PER_REQUEST = 2

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const runs = await startEchoes(context, ['inProcess'])
  const [{ measurement, perSecond }] = await measureEchoes(context, runs, { inFlight: 64 })
  const times = sized(context, { smoke: 100, default: 100_000, full: 1_000_000 })
  const clone = await runs[0].cloneMicroseconds(times)
  const shares = perSecond.map((rate) => (100 * CLONES_PER_REQUEST * clone) / (MICROSECONDS / rate))
  return {
    rows: [
      judged({ name: '64 in flight, requests/s', unit: '/s' }, measurement.perSecond, { atLeast: 500_000 }),
      reported({ name: 'structuredClone of the value', unit: 'µs' }, spreadOf([clone]), 'less'),
      reported(
        {
          name: 'share that two structuredClones would have of a request',
          unit: '%',
          remark: 'measured apart from the requests, in the same process'
        },
        spreadOf(shares),
        'less'
      )
    ],
    measurements: [measurement],
    lost: lostIn([measurement])
  }
}

/** A container in the caller's own process. */
export const inProcessEcho: Scenario = {
  name: 'in-process',
  title: 'Container in the same process',
  tags: ['high request volume'],
  run
}

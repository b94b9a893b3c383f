// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ScenarioResult } from '../model/report'
import { unmeasured } from '../model/row'
import { startEchoes } from './echo-sizes'
import type { Scenario, ScenarioContext } from './scenario'

/** Asks the product itself, so that this line changes when streams arrive. */
async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const [{ streams }] = await startEchoes(context, ['direct'])
  const remark = streams
    ? 'connections have streams now; this scenario does not use them yet'
    : 'streams do not exist yet'
  return {
    rows: [
      unmeasured({ name: '64 KiB chunks, MB/s ÷ raw zeromq one way', unit: '×', remark }, 'not there yet', {
        atLeast: 0.8
      }),
      unmeasured({ name: 'memory while the reader is 100 × slower', unit: 'MB', remark }, 'not there yet')
    ],
    lost: 0
  }
}

/** A stream of chunks, and what a slow reader costs. */
export const streamThroughput: Scenario = {
  name: 'stream',
  title: 'Stream of 64 KiB chunks',
  tags: ['memory pressure'],
  run
}

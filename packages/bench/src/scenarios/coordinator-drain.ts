// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { join } from 'node:path'
import { monotonicMs } from '../harness/monotonic'
import { pause } from '../harness/waiting'
import type { ScenarioResult } from '../model/report'
import { judged, reported } from '../model/row'
import { spreadOf } from '../model/spread'
import { sumOf } from '../model/sum'
import type { CountingClientCommands, CountingResult } from '../programs/counting-client'
import type { ServiceCommands } from '../programs/service'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

interface Restart {
  readonly calls: CountingResult
  /** Until the coordinator was told to close had done so. */
  readonly closingMs: number
  /** From its end until its successor listens. */
  readonly absentMs: number
}

async function restart(world: World): Promise<Omit<Restart, 'calls'>> {
  const { coordinator } = world
  const begun = monotonicMs()
  await coordinator.call('close', undefined)
  const closed = monotonicMs()
  await coordinator.kill()
  await world.restartCoordinator()
  return { closingMs: closed - begun, absentMs: monotonicMs() - closed }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const containers = sized(context, { smoke: 10, default: 200, full: 1000 })
  const everyMs = sized(context, { smoke: 20, default: 50, full: 200 })
  const rounds = sized(context, { smoke: 1, default: 3, full: 15 })
  const aroundMs = sized(context, { smoke: 20, default: 700, full: 2000 })
  const world = await World.start(context, { ledgerFile: join(await context.processes.folder(), 'ledger.json') })
  const agent = context.processes.child<ServiceCommands>('agent', 'service')
  await agent.call('start', { ...world.address, kinds: ['counting'] })
  const client = context.processes.child<CountingClientCommands>('client', 'counting-client')
  await client.call('start', { ...world.address, containers })
  const results: Restart[] = []
  for (let round = 1; round <= rounds; round++) {
    context.progress(`round ${round} of ${rounds}`)
    await client.call('begin', { everyMs })
    await pause(aroundMs)
    const times = await restart(world)
    await pause(aroundMs)
    results.push({ ...times, calls: await client.call('end', undefined) })
  }
  const calls = results.map((result) => result.calls)
  const failed = sumOf(calls.map((result) => result.failed))
  const wrong = sumOf(calls.map((result) => result.wrong))
  return {
    rows: [
      judged({ name: 'calls that failed', unit: 'count' }, spreadOf([failed]), { atMost: 0 }),
      judged({ name: 'calls that were lost or executed twice', unit: 'count' }, spreadOf([wrong]), { atMost: 0 }),
      reported(
        { name: 'told to close, until it has', unit: 'ms' },
        spreadOf(results.map(({ closingMs }) => closingMs)),
        'less'
      ),
      reported(
        { name: 'its end until its successor listens', unit: 'ms' },
        spreadOf(results.map(({ absentMs }) => absentMs)),
        'less'
      ),
      reported(
        { name: 'slowest call on references', unit: 'ms', remark: 'it waits for the successor' },
        spreadOf(calls.map(({ ways }) => ways.relayed.slowestMs)),
        'less'
      ),
      reported(
        { name: 'slowest call on connections', unit: 'ms' },
        spreadOf(calls.map(({ ways }) => ways.direct.slowestMs)),
        'less'
      )
    ],
    notes: [
      `${containers} containers, each called every ${everyMs} ms, half of them on references, half on connections; the coordinator leaves in good order, with its ledger on the disk, and another one is started.`
    ],
    lost: failed + wrong
  }
}

/** The coordinator leaves in good order, and another one comes. */
export const coordinatorDrain: Scenario = {
  name: 'coordinator-drain',
  title: 'Drain of the coordinator under load',
  tags: ['failover and recovery'],
  run
}

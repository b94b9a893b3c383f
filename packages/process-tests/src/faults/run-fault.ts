// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '@hcengineering/network-core'
import { World } from '../harness/world'
import { defaultPauseMs } from './fault-network'
import { FaultRun } from './fault-run'
import { faults, type FaultName, type InjectedFault } from './index'
import { RecordedHistory } from './recorded-history'
import type { Report } from './report'
import { defaultPerSecond, RollingRestart } from './rolling-restart'

/** How much is asked meanwhile. */
export interface LoadOptions {
  /** Calls, where they are counted. */
  readonly perSecond?: number
  /** Between an answer and the next request at the same place, where everything is written down. */
  readonly pauseMs?: number
}

/** Lets a fault happen `rounds` times to a network under load. */
export async function runFault(
  name: FaultName,
  rounds: number,
  { perSecond = defaultPerSecond, pauseMs = defaultPauseMs }: LoadOptions = {}
): Promise<Report> {
  return name === 'rolling-restart' ? await rollingRestart(rounds, perSecond) : await injected(name, rounds, pauseMs)
}

async function rollingRestart(rounds: number, perSecond: number): Promise<Report> {
  const world = new World()
  try {
    return await new RollingRestart(world, perSecond).all(rounds)
  } finally {
    await world.end()
  }
}

async function injected(name: InjectedFault, rounds: number, pauseMs: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), `fault-${name}-`))
  const world = new World()
  const history = new RecordedHistory(folder)
  const run = new FaultRun(name, faults[name], history, pauseMs)
  try {
    await run.all(world, rounds)
  } finally {
    await world.end().catch((error: unknown) => run.violations.push(messageOf(error)))
  }
  history.catchUp({ all: true })
  history.close()
  const report = run.report()
  if (report.violations.length > 0) return { ...report, folder }
  rmSync(folder, { recursive: true })
  return report
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '@hcengineering/network-core'
import { World } from '../harness/world'
import { FaultRun } from './fault-run'
import { faults, type FaultName } from './index'
import { RecordedHistory } from './recorded-history'
import type { Report } from './report'

/** Lets a fault happen `rounds` times to a network under load. */
export async function runFault(name: FaultName, rounds: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), `fault-${name}-`))
  const world = new World()
  const history = new RecordedHistory(folder)
  const run = new FaultRun(name, faults[name], history)
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

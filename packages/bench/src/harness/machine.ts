// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cpus, loadavg, release, totalmem, type as osType } from 'node:os'
import type { Machine } from '../model/report'

/** Describes this machine without naming it. */
export function describeMachine(): Machine {
  const processors = cpus()
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    os: `${osType()} ${release()}`,
    node: process.version,
    loadBefore: loadavg()[0]
  }
}

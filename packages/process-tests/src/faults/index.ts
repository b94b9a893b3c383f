// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { flood, slowReader } from './crowd-faults'
import type { Fault } from './fault'
import { ledgerFull } from './ledger-fault'
import { delay, oneWayCut, reset } from './line-faults'
import { killAgent, restartCoordinator, restartLoop, stopAgent } from './process-faults'

/** Every fault by its name. */
export const faults = {
  'kill-agent': killAgent,
  'stop-agent': stopAgent,
  reset,
  'one-way-cut': oneWayCut,
  delay,
  'restart-coordinator': restartCoordinator,
  'restart-loop': restartLoop,
  'ledger-full': ledgerFull,
  flood,
  'slow-reader': slowReader
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

export const faultNames = Object.keys(faults) as FaultName[]

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(faults, text)
}

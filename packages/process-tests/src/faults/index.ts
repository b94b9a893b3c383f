// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { flood, slowReader } from './crowd-faults'
import type { Fault } from './fault'
import { ledgerFull } from './ledger-fault'
import { delay, oneWayCut, reset } from './line-faults'
import { killAgent, restartCoordinator, restartLoop, stopAgent } from './process-faults'

/** Every fault that befalls a network of which all that happens is written down. */
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

export type InjectedFault = keyof typeof faults

/** Those, and one under a load that is too much to write down: it is counted. */
export type FaultName = InjectedFault | 'rolling-restart'

export const faultNames: readonly FaultName[] = [...(Object.keys(faults) as InjectedFault[]), 'rolling-restart']

export function isFaultName(text: string): text is FaultName {
  return faultNames.some((name) => name === text)
}

// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { drawPlan } from './draw-plan'
export type { Plan } from './plan'
export { runSeed, type RunOptions, type RunResult } from './run-seed'
// The rules themselves, for histories of other origin
export {
  AtMostOnce,
  CallsSettle,
  type Checker,
  type Fact,
  History,
  type Id,
  SingleOwner,
  type TimedFact,
  type Violation
} from '@hcengineering/network-testing/kernel'
export { EventOrder } from './checkers/event-order'
export { Healing, healsWithinMs } from './checkers/healing'

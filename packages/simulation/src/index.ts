// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { drawPlan } from './draw-plan'
export type { Plan } from './plan'
export { runSeed, type RunOptions, type RunResult } from './run-seed'
// The rules themselves, for histories of other origin
export { AtMostOnce } from './checkers/at-most-once'
export { CallsSettle } from './checkers/calls-settle'
export { EventOrder } from './checkers/event-order'
export { Healing, healsWithinMs } from './checkers/healing'
export { SingleOwner } from './checkers/single-owner'
export { History, type Checker, type Fact, type Id, type TimedFact, type Violation } from './history'

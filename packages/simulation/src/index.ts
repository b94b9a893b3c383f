// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { drawPlan } from './draw-plan'
export type { Plan } from './plan'
export { runSeed, type RunOptions, type RunResult } from './run-seed'

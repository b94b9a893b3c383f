// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { TickManagerImpl, type TickManager } from '@hcengineering/network-core'

/** As in 0.7, for those who register handlers with it; what is ours is scheduled to the millisecond. */
const ticksPerSecond = 20

let shared: TickManagerImpl | undefined

/**
 * The tick manager of clients and agents that were given none. It is never started: nothing of ours needs its ticks, and
 * so it holds no process open.
 */
export function internalTickManager(): TickManager {
  shared ??= new TickManagerImpl(ticksPerSecond)
  return shared
}

/** Stops the shared tick manager. Not needed before exit; kept for programs written against 0.7. */
export function shutdownNetworkTickMgr(): void {
  shared?.stop()
  shared = undefined
}

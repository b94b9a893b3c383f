// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { testNetwork } from './open-network'
export type { TestNetwork } from './test-network'
export type { TestHost, TestNetworkOptions } from './net/options'
export type { AgentName, ClientName, NodeName } from './net/names'
export type { LivingContainer } from './net/watched-container'
export { TestNetworkError } from './net/trouble'
export type { Violation } from './kernel/history'
export { forSeeds, type SeedsOptions, type SeedsReport } from './seeds/for-seeds'
export { attempt, type Outcome } from './seeds/attempt'
export type { FaultKind } from './seeds/faults'
export type { Random } from './kernel/random'

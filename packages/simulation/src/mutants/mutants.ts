// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { agentMutants } from './agent-mutants'
import { leaseMutants } from './lease-mutants'
import { placementMutants } from './placement-mutants'
import { referenceMutants } from './reference-mutants'
import { requestMutants } from './request-mutants'
import { sessionMutants } from './session-mutants'
import { turnAndTimeMutants } from './turn-and-time-mutants'
import type { Mutant } from './mutant'

export const mutants: readonly Mutant[] = [
  ...sessionMutants,
  ...placementMutants,
  ...referenceMutants,
  ...agentMutants,
  ...requestMutants,
  ...leaseMutants,
  ...turnAndTimeMutants
]

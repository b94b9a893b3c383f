// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { activation } from './activation'
import { agentCrash } from './agent-crash'
import { binaryPayload } from './binary-payload'
import { coldStart } from './cold-start'
import { coordinatorEcho } from './coordinator-echo'
import { coordinatorRestart } from './coordinator-restart'
import { directEcho } from './direct-echo'
import { events } from './events'
import { inProcessEcho } from './in-process'
import { liveContainers } from './live-containers'
import { loopStall } from './loop-stall'
import { memoryPressure } from './memory-pressure'
import { mixedTenants } from './mixed-tenants'
import { networkLatency } from './network-latency'
import type { Scenario } from './scenario'
import { soak } from './soak'
import { streamThroughput } from './stream'

/** All of them, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  directEcho,
  coordinatorEcho,
  inProcessEcho,
  binaryPayload,
  streamThroughput,
  activation,
  liveContainers,
  events,
  agentCrash,
  coordinatorRestart,
  mixedTenants,
  loopStall,
  coldStart,
  networkLatency,
  memoryPressure,
  soak
]

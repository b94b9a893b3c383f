// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { activation } from './activation'
import { agentCrash } from './agent-crash'
import { agentDrain } from './agent-drain'
import { binaryPayload } from './binary-payload'
import { coldStart } from './cold-start'
import { coordinatorDrain } from './coordinator-drain'
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
import { placement } from './placement'
import { reminders } from './reminders'
import type { Scenario } from './scenario'
import { smartTermination } from './smart-termination'
import { soak } from './soak'
import { streamThroughput } from './stream'
import { timers } from './timers'
import { turns } from './turns'

/** All of them, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  directEcho,
  coordinatorEcho,
  inProcessEcho,
  binaryPayload,
  streamThroughput,
  turns,
  timers,
  reminders,
  activation,
  placement,
  smartTermination,
  liveContainers,
  events,
  agentCrash,
  agentDrain,
  coordinatorRestart,
  coordinatorDrain,
  mixedTenants,
  loopStall,
  coldStart,
  networkLatency,
  memoryPressure,
  soak
]

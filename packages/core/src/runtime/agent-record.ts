// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord, NetworkAgent } from '../api/agent'
import type { ContainerRecord } from '../api/container'

/** What an agent says of itself when it registers. */
export function recordOfAgent(
  { uuid, endpoint, kinds, draining, capacity }: NetworkAgent,
  containers: ContainerRecord[]
): AgentRecord {
  return {
    agentId: uuid,
    endpoint,
    kinds,
    containers,
    ...(draining === true ? { draining } : {}),
    ...(capacity === undefined ? {} : { capacity })
  }
}

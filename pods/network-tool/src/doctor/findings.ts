// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecordInfo, CoordinatorDiagnosis, ProcessDiagnosis } from '@hcengineering/network-core'

/** How bad: `warn` is worth a look, `fail` keeps something from working. */
export type Level = 'ok' | 'warn' | 'fail'

/** What one check came to. */
export interface Finding {
  /** The coordinator, or an agent's id. */
  readonly of: string
  readonly check:
    | 'reachability'
    | 'version'
    | 'clock'
    | 'loop lag'
    | 'memory'
    | 'limits'
    | 'ledger'
    | 'recovery'
    | 'containers'
    | 'waiting'
    | 'failed gets'
    | 'capacity'
    | 'agents'
    | 'kinds'
  readonly level: Level
  readonly says: string
}

/** A process's answer, and how long it took. */
export interface Answer<T extends ProcessDiagnosis> {
  readonly facts: T
  readonly sentAt: number
  readonly receivedAt: number
}

/** What was found out about one agent. */
export interface AgentFacts {
  readonly agent: AgentRecordInfo
  /** `host:port`; absent where it has none. */
  readonly address?: string
  /** Why that could not be reached from here. */
  readonly unreachable?: string
  /** Its process, by way of the coordinator. */
  readonly answer?: Answer<ProcessDiagnosis>
  /** Why there is no answer. */
  readonly silent?: string
}

/** What was found out about a deployment. */
export interface DeploymentFacts {
  /** Of this tool. */
  readonly version: string
  readonly connectedInMs: number
  /** Absent where the coordinator is of a release that cannot say it. */
  readonly coordinator?: Answer<CoordinatorDiagnosis>
  readonly agents: readonly AgentFacts[]
  /** The coordinator is on this machine. */
  readonly local: boolean
}

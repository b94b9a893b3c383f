// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Chart } from './chart'
import type { Measurement } from './measurement'
import type { Row } from './row'

/** The kinds of load that the roadmap names; a scenario may be several. */
export const loadTags = [
  'high request volume',
  'container scaling',
  'network latency',
  'memory pressure',
  'failover and recovery',
  'multi-tenant mix',
  'long-running connections',
  'cold start'
] as const

export type LoadTag = (typeof loadTags)[number]

/** What a scenario found. */
export interface ScenarioResult {
  readonly rows: readonly Row[]
  readonly measurements?: readonly Measurement[]
  readonly charts?: readonly Chart[]
  /** Sentences that a reader of the numbers should know. */
  readonly notes?: readonly string[]
  /** Requests, events or containers that got lost; 0 in a working product. */
  readonly lost: number
}

/** A scenario in the report. */
export interface ScenarioReport extends ScenarioResult {
  readonly name: string
  readonly title: string
  readonly tags: readonly LoadTag[]
  readonly seconds: number
  /** It did not get to its end, and why. */
  readonly failure?: string
}

/** Where a run took place, without names or paths. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly os: string
  readonly node: string
  /** Average number of runnable processes in the minute before the run: above 0 means that others were using it. */
  readonly loadBefore: number
}

export type Scale = 'smoke' | 'default' | 'full'

/** One run, as it is stored. */
export interface Report {
  readonly format: 1
  /** ISO 8601. */
  readonly startedAt: string
  readonly seconds: number
  readonly scale: Scale
  readonly transport: string
  readonly machine: Machine
  /** Peers that were not measured, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
  readonly scenarios: readonly ScenarioReport[]
}

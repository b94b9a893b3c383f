// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Processes } from '../harness/processes'
import type { LoadTag, Scale, ScenarioResult } from '../model/report'

/** What a scenario runs in. */
export interface ScenarioContext {
  readonly scale: Scale
  /** Started here, they end with the scenario. */
  readonly processes: Processes
  /** Says what is going on, for who waits. */
  readonly progress: (text: string) => void
}

/** One question about speed, and how it is answered. */
export interface Scenario {
  /** As `--only` takes it. */
  readonly name: string
  readonly title: string
  readonly tags: readonly LoadTag[]
  readonly run: (context: ScenarioContext) => Promise<ScenarioResult>
}

/** The value for this scale. */
export function sized<T>({ scale }: { readonly scale: Scale }, values: Readonly<Record<Scale, T>>): T {
  return values[scale]
}
